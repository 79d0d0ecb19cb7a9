/*
 * result.h
 *	  JSON results as they are declared in core/api.def.
 */
#ifndef DBC_CORE_RESULT_H
#define DBC_CORE_RESULT_H

#include "common/core/json_write.h"

/* Whether results are compared with their declarations.  The bindings set it
 * where the environment variable DBCARE_ASSERT is set, as tests do: what users
 * get does not depend on it. */
extern _Atomic bool dbc_asserts_results;

/* Fails if a JSON result of the running function has a member that is not
 * declared, lacks one that is, or has one of another type. */
extern void dbc_assert_result(dbc_host *host, const char *json);

/* The JSON Schema of a function's result; NULL if it returns no JSON. */
extern const char *dbc_result_schema(dbc_host *host, const dbc_function *fn);

/* The type of a member as the reference names it. */
extern const char *dbc_member_type_name(dbc_member_type type);

#endif /* DBC_CORE_RESULT_H */
