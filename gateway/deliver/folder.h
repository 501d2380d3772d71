/* The transport that writes into a Maildir instead of sending: for trying things out, and for hosts where
 * another program sends. */
#pragma once

#include <postern/deliver.h>

/* The file's name: always the same for a row, so that a row that is repeated overwrites its own file. The
 * caller frees. */
char *folder_file_name(const OutboxRow *row);

/* Durable (fsync of file and folder) before the result says SENT; else LATER. Makes tmp, new and cur when
 * absent. */
void folder_send(const char *folder, const GPtrArray *rows, DeliveryResult *results);
