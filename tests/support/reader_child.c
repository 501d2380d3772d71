/* The reader's child by itself, as the program starts it. */
#include <postern/reader.h>

int main(void)
{
    return reader_main(3);
}
