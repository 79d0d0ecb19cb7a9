/*
 * function.h
 *	  dbcheck_json() on PostgreSQL.
 */
#ifndef DBCPG_JSONSCHEMA_FUNCTION_H
#define DBCPG_JSONSCHEMA_FUNCTION_H

#include "pg_ext/core/compat.h"

#include "common/core/host.h"

/* dbcheck_json(), which does not need the setup of dbcpg_call(). */
extern Datum dbcpg_jsonschema_check(FunctionCallInfo fcinfo,
									const dbc_function *fn);

#endif /* DBCPG_JSONSCHEMA_FUNCTION_H */
