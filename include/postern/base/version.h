/* The version of the program: for people, and for other programs that it talks to. */
#pragma once

#define POSTERN_VERSION "0.1.0"
