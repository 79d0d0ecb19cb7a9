/*
 * jsonschema.h
 *	  JSON Schema, draft 2020-12: the interface for functions and bindings.
 *
 * A compiled schema is in the arena of the host that compiled it and can be
 * used in any number of calls, each with another host.  Its patterns allocate
 * from the first host, which must stay valid and able to raise errors.
 */
#ifndef DBC_JSONSCHEMA_JSONSCHEMA_H
#define DBC_JSONSCHEMA_JSONSCHEMA_H

#include "common/core/json.h"

typedef struct dbc_jsonschema dbc_jsonschema;

/* Compiles a schema; fails if it is invalid.  Formats are only asserted on
 * request. */
extern dbc_jsonschema *dbc_jsonschema_compile(dbc_host *host,
											  const dbc_json_item *schema,
											  bool formats);

/* The same for arguments of dbcheck_json(), which must exist as long as the
 * schema: JSON, or text with its length in integer. */
extern dbc_jsonschema *
dbc_jsonschema_compile_arguments(dbc_host *host, const dbc_value *schema,
								 const dbc_value *options);

extern bool dbc_jsonschema_is_valid(dbc_host *host,
									const dbc_jsonschema *schema,
									const dbc_json_item *document);

/* Emits path, keyword and message of all violations. */
extern void dbc_jsonschema_emit_violations(dbc_host *host,
										   const dbc_jsonschema *schema,
										   const dbc_json_item *document);

#endif /* DBC_JSONSCHEMA_JSONSCHEMA_H */
