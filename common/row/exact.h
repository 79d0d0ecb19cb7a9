/*
 * exact.h
 *	  Saved text that is not valid UTF-8.
 *
 * Triggers in plain SQL cannot find such text on SQLite, and write its bytes as
 * a string of JSON.  Readers of JSON need what row/image.c writes for it: its
 * bytes in hexadecimal digits, {"text": "61ff"}.
 */
#ifndef DBC_ROW_EXACT_H
#define DBC_ROW_EXACT_H

#include "common/core/text.h"

/* JSON with such strings in that form; other JSON is returned itself. */
extern const char *dbc_row_exact(dbc_host *host, const char *json);

/* A key in that form as triggers in plain SQL write it; other keys are returned
 * themselves. */
extern const char *dbc_row_plain_key(dbc_host *host, const char *key);

#endif /* DBC_ROW_EXACT_H */
