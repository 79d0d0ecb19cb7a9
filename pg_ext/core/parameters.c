/*
 * parameters.c
 *	  Configuration parameters that dbcare's own SQL must not depend on.
 *
 * During a call they have fixed values, so that a hostile search_path has no
 * effect and definitions read from the catalog look the same for every
 * caller.  Scripts run with the caller's values.  The end of the GUC level
 * restores the old values, on success and on failure.
 */
#include "pg_ext/core/parameters.h"

#include "catalog/namespace.h"
#include "parser/parse_expr.h"
#include "parser/parser.h"
#include "utils/bytea.h"
#include "utils/float.h"

static const struct
{
	const char *name;
	const char *value;
	bool is_of_values; /* affects how values are read, computed or written */
} pinned[] = {
#define DBCPG_PINNED(name, value, is_of_values) {name, value, is_of_values},
#include "pg_ext/core/pinned.def"
#undef DBCPG_PINNED
};

#define SHARD_MODE "citus.multi_shard_modify_mode"

StaticAssertDecl(lengthof(pinned) == DBCPG_NPINNED, "DBCPG_NPINNED is wrong");

/* Sets a parameter until the current GUC level ends. */
void
dbcpg_set_parameter(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

void
dbcpg_require_own_path(void)
{
	if (strcmp(namespace_search_path, pinned[DBCPG_PATH].value) != 0)
		elog(ERROR, "a statement of dbcare would have search_path \"%s\"",
			 namespace_search_path);
	if (dbcpg_strings_have_escapes())
		elog(ERROR, "a statement of dbcare would have escapes in its strings");
}

/* Cheap where nothing differs: triggers call this for each row. */
void
dbcpg_set_path(const char *path)
{
	dbcpg_set_parameter("search_path", path);
	if (dbcpg_strings_have_escapes())
		dbcpg_set_parameter(pinned[DBCPG_STRINGS].name,
							pinned[DBCPG_STRINGS].value);
	if (Transform_null_equals)
		dbcpg_set_parameter(pinned[DBCPG_NULLS].name,
							pinned[DBCPG_NULLS].value);
}

void
dbcpg_set_own_path(void)
{
	dbcpg_set_path(pinned[DBCPG_PATH].value);
}

static void
unpin(const dbcpg_host *host, int i)
{
	if (host->callers[i])
		dbcpg_set_parameter(pinned[i].name, host->callers[i]);
}

bool
dbcpg_has_callers_path(const dbcpg_host *host)
{
	return !host->callers[DBCPG_PATH] && !host->callers[DBCPG_STRINGS] &&
		   !host->callers[DBCPG_NULLS];
}

void
dbcpg_set_callers_path(const dbcpg_host *host)
{
	unpin(host, DBCPG_PATH);
	unpin(host, DBCPG_STRINGS);
	unpin(host, DBCPG_NULLS);
}

void
dbcpg_pin_parameters(dbcpg_host *host)
{
	for (int i = 0; i < DBCPG_NPINNED; i++)
	{
		const char *value = GetConfigOption(pinned[i].name, false, false);

		if (host->callers[i])
			pfree(host->callers[i]);
		host->callers[i] = NULL;
		if (strcmp(value, pinned[i].value) == 0)
			continue;
		host->callers[i] = MemoryContextStrdup(host->call, value);
		dbcpg_set_parameter(pinned[i].name, pinned[i].value);
	}
	/* otherwise Citus refuses DDL after other statements of the transaction */
	if (!host->read_only && GetConfigOption(SHARD_MODE, true, false))
		dbcpg_set_parameter(SHARD_MODE, "sequential");
}

void
dbcpg_set_value_parameters(void)
{
	for (int i = 0; i < DBCPG_NPINNED; i++)
		if (pinned[i].is_of_values &&
			strcmp(GetConfigOption(pinned[i].name, false, false),
				   pinned[i].value) != 0)
			dbcpg_set_parameter(pinned[i].name, pinned[i].value);
}

static void
use_formats(const dbcpg_formats *formats)
{
	DateStyle = formats->date_style;
	DateOrder = formats->date_order;
	IntervalStyle = formats->interval_style;
	bytea_output = formats->bytea_output;
	extra_float_digits = formats->extra_float_digits;
	session_timezone = formats->time_zone;
}

void
dbcpg_set_formats(dbcpg_formats *callers)
{
	const dbcpg_formats own = {.date_style = USE_ISO_DATES,
							   .date_order = DATEORDER_YMD,
							   .interval_style = INTSTYLE_POSTGRES,
							   .bytea_output = BYTEA_OUTPUT_HEX,
							   .extra_float_digits = 1,
							   .time_zone = pg_tzset("UTC")};

	*callers = (dbcpg_formats){.date_style = DateStyle,
							   .date_order = DateOrder,
							   .interval_style = IntervalStyle,
							   .bytea_output = bytea_output,
							   .extra_float_digits = extra_float_digits,
							   .time_zone = session_timezone};
	use_formats(&own);
}

void
dbcpg_restore_formats(const dbcpg_formats *callers)
{
	use_formats(callers);
}

void
dbcpg_unpin_parameters(dbcpg_host *host)
{
	for (int i = 0; i < DBCPG_NPINNED; i++)
		if (i != DBCPG_JIT)
			unpin(host, i);
}

void
dbcpg_unpin_jit(dbcpg_host *host)
{
	unpin(host, DBCPG_JIT);
}

void
dbcpg_unpin_value_parameters(dbcpg_host *host)
{
	for (int i = 0; i < DBCPG_NPINNED; i++)
		if (pinned[i].is_of_values)
			unpin(host, i);
}

/* Pins those parameters again before the GUC level ends. */
void
dbcpg_pin_value_parameters(dbcpg_host *host)
{
	for (int i = 0; i < DBCPG_NPINNED; i++)
		if (host->callers[i] && pinned[i].is_of_values)
			dbcpg_set_parameter(pinned[i].name, pinned[i].value);
}
