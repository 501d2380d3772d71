#include <postern/error_block.h>
void error_blocks_find(const char *text, gsize length, GArray *blocks){(void)text;(void)length;(void)blocks;}
