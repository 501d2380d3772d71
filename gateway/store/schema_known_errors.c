#include "gateway/store/schema.h"

const char schema_known_errors[] = "";
