/*
 * wording.h
 *	  Numbers, sizes and names in messages.
 */
#ifndef DBC_CORE_WORDING_H
#define DBC_CORE_WORDING_H

#include "common/core/host.h"

/* A number with three significant digits but at most two decimals; 100 and
 * more are whole. */
extern const char *dbc_digits_text(dbc_host *host, double number);

/* A whole number with thousands separators: 1,000,000. */
extern const char *dbc_grouped_text(dbc_host *host, int64_t number);

/* A size in the largest unit of which there is at least one: 1.5 GB.  A unit is
 * 1024 of the one before. */
extern const char *dbc_bytes_text(dbc_host *host, double bytes);

/* A text in which every "N bytes" is a size as above. */
extern const char *dbc_shorten_bytes(dbc_host *host, const char *text);

/* The start of a hint: which of the names (ended by NULL) the user may have
 * meant by a word, and a space; "" if none is similar. */
extern const char *dbc_did_you_mean(dbc_host *host, const char *word,
									const char *const *names);

#endif /* DBC_CORE_WORDING_H */
