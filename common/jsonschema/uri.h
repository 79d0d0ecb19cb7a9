/*
 * uri.h
 *	  URI references (RFC 3986), as far as JSON Schema requires them.
 */
#ifndef DBC_JSONSCHEMA_URI_H
#define DBC_JSONSCHEMA_URI_H

#include "common/core/host.h"

/* Resolves a reference against a base (section 5.2 of the RFC), and removes its
 * fragment. */
extern const char *dbc_jsonschema_resolve_uri(dbc_host *host, const char *base,
											  const char *reference);

/* The fragment of a reference, with %XX decoded; "" if it has none. */
extern const char *dbc_jsonschema_uri_fragment(dbc_host *host,
											   const char *reference);

#endif /* DBC_JSONSCHEMA_URI_H */
