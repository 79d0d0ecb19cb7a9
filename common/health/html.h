/*
 * html.h
 *	  Writing HTML with every value escaped.
 */
#ifndef DBC_HEALTH_HTML_H
#define DBC_HEALTH_HTML_H

#include "common/core/text.h"
#include "common/core/wording.h"

/* Appends markup like printf().  Only %s, %d, %lld and %% are supported;
 * arguments of %s are escaped, and NULL is an empty string. */
extern void dbc_health_append_markup(dbc_buffer *page, const char *markup, ...)
	__attribute__((format(printf, 2, 3)));

/* A number with at most so many decimals. */
extern const char *dbc_health_decimals_text(dbc_host *host, double number,
											int decimals);

/* Appends a <time> element for a time in ISO 8601 (UTC). */
extern void dbc_health_append_time(dbc_buffer *page, const char *iso);

/* The SHA-256 of text as a source for a content security policy. */
extern const char *dbc_health_policy_hash(dbc_host *host, const char *text);

#endif /* DBC_HEALTH_HTML_H */
