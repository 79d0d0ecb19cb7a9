/*
 * result.h
 *	  JSON results as they are declared in core/api.def.
 */
#ifndef DBC_CORE_RESULT_H
#define DBC_CORE_RESULT_H

#include "common/core/json_write.h"

/* Fails if a JSON result of the running function has a member that is not
 * declared, lacks one that is, or has one of another type; see
 * assert_result() in core/host.h. */
extern void dbc_assert_result(dbc_host *host, const char *json);

/* The JSON Schema of a function's result; NULL if it returns no JSON. */
extern const char *dbc_result_schema(dbc_host *host, const dbc_function *fn);

/* The type of a member as the reference names it. */
extern const char *dbc_member_type_name(dbc_member_type type);

#endif /* DBC_CORE_RESULT_H */
