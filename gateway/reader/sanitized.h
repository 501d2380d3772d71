/* Whether AddressSanitizer is built in: its shadow takes terabytes of addresses, and
 * its reports need a word with the kernel. */
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif
