/*
 * uri.h
 *	  References to URIs (RFC 3986), as far as JSON Schema needs them.
 */
#ifndef DBC_JSONSCHEMA_URI_H
#define DBC_JSONSCHEMA_URI_H

#include "common/core/host.h"

/* The URI a reference means where base is in force, without its fragment. */
extern const char *dbc_jsonschema_resolve_uri(dbc_host *host, const char *base,
											  const char *reference);

/* The fragment of a reference, its %XX decoded; "" if it has none. */
extern const char *dbc_jsonschema_uri_fragment(dbc_host *host,
											   const char *reference);

#endif /* DBC_JSONSCHEMA_URI_H */
