/*
 * functions.h
 *	  The core side of every SQL function of core/api.def.
 *
 * args has one value per declared argument, of the declared type, null for an
 * omitted argument; results are returned by dbc_emit().  NAME_options has one
 * value per declared option; dbc_read_options() reads it.
 */
#ifndef DBC_CORE_FUNCTIONS_H
#define DBC_CORE_FUNCTIONS_H

#include "common/core/options.h"

/* clang-format off */
#define DBC_ARGS(...) __VA_ARGS__
#define DBC_ARG(name, type, doc) dbc_value name;
#define DBC_NUL(name, type, doc) dbc_value name;
#define DBC_OPT(name, type, doc) dbc_value name;
#define DBC_OPTS(...) dbc_value options;
#define DBC_OPTS_NEEDED(...) dbc_value options;
#define DBC_FUNCTION(name, class, result, engines, runs_stored_sql, doc, args, \
					 columns) \
	typedef struct dbc_args_##name {args} dbc_args_##name; \
	extern void dbc_run_##name(dbc_host *host, const dbc_value *args_);
/* clang-format on */
#include "common/core/api.def"
#undef DBC_ARG
#undef DBC_NUL
#undef DBC_OPT
#undef DBC_OPTS
#undef DBC_OPTS_NEEDED
#undef DBC_FUNCTION

/* clang-format off */
#define DBC_ARG(name, type, doc)
#define DBC_NUL(name, type, doc)
#define DBC_OPT(name, type, doc)
#define DBC_OPTS(...) __VA_ARGS__
#define DBC_OPTS_NEEDED(...) __VA_ARGS__
#define DBC_O(name, ...) dbc_option_value name;
#define DBC_FUNCTION(name, class, result, engines, runs_stored_sql, doc, args, \
					 columns) \
	typedef struct name##_options {args dbc_option_value end;} name##_options; \
	extern const dbc_option dbc_known_##name##_options[]; \
	extern const dbc_member dbc_members_of_##name[];
/* clang-format on */
#include "common/core/api.def"
#undef DBC_ARGS
#undef DBC_ARG
#undef DBC_NUL
#undef DBC_OPT
#undef DBC_OPTS
#undef DBC_OPTS_NEEDED
#undef DBC_FUNCTION

/* The first options of every runner of migrations. */
typedef struct dbc_run_options
{
	DBC_RUN_OPTIONS
} dbc_run_options;

/* The first options of what shows the health of the database. */
typedef struct dbc_health_options
{
	DBC_HEALTH_OPTIONS
} dbc_health_options;
#undef DBC_O

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
