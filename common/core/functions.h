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

/* clang-format off */
#define DBC_ARGS(...) __VA_ARGS__
#define DBC_ARG(name, type, doc) dbc_value name;
#define DBC_NUL(name, type, doc) dbc_value name;
#define DBC_OPT(name, type, doc) dbc_value name;
#define DBC_FUNCTION(name, class, result, engines, runs_stored_sql, doc, args, \
					 columns) \
	typedef struct dbc_args_##name {args} dbc_args_##name; \
	extern void dbc_run_##name(dbc_host *host, const dbc_value *args_);
/* clang-format on */
#include "common/core/api.def"
#undef DBC_ARGS
#undef DBC_ARG
#undef DBC_NUL
#undef DBC_OPT
#undef DBC_FUNCTION

/* Defines dbc_run_NAME(): a block follows that has host, and args->argument. */
#define DBC_RUN(name)                                                    \
	static void run_##name(dbc_host *host, const dbc_args_##name *args); \
	void dbc_run_##name(dbc_host *host, const dbc_value *args)           \
	{                                                                    \
		run_##name(host, (const dbc_args_##name *) args);                \
	}                                                                    \
	static void run_##name(dbc_host *host, const dbc_args_##name *args   \
						   __attribute__((unused)))

#endif /* DBC_CORE_FUNCTIONS_H */
