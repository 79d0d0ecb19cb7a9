/*
 * functions.h
 *	  The core side of every SQL function of core/api.def.
 *
 * args has one value per declared argument, of the declared type, null for an
 * omitted argument; results are returned by dbc_emit().
 */
#ifndef DBC_CORE_FUNCTIONS_H
#define DBC_CORE_FUNCTIONS_H

#include "common/core/host.h"

#define DBC_FUNCTION(name, class, result, engines, runs_stored_sql, doc, args, \
					 columns)                                                  \
	extern void dbc_run_##name(dbc_host *host, const dbc_value *args_);
#include "common/core/api.def"
#undef DBC_FUNCTION

#endif /* DBC_CORE_FUNCTIONS_H */
