/*
 * pg_main.c
 *	  What PostgreSQL looks up in the library: its entry points, one per
 *	  function of api.def, and the configuration parameters.
 */
#include "pg_ext.h"

#include "utils/guc.h"
#include "utils/memutils.h"

#include "settings.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

/* ---- entry points ---- */

/* Place of each function in dbc_functions. */
enum
{
#define DBC_FUNCTION(name, ...) AT_##name,
#include "api.def"
#undef DBC_FUNCTION
};

/* clang-format off */
#define ENTRY_BOTH(name) \
	PG_FUNCTION_INFO_V1(name); \
	extern PGDLLEXPORT Datum name(PG_FUNCTION_ARGS); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		return dbcpg_call(fcinfo, &dbc_functions[AT_##name]); \
	}
#define ENTRY_POSTGRESQL(name) ENTRY_BOTH(name)
#define ENTRY_SQLITE(name)
#define DBC_FUNCTION(name, class, result, engines, ...) ENTRY_##engines(name)
/* clang-format on */
#include "api.def"
#undef DBC_FUNCTION

PG_FUNCTION_INFO_V1(dbcare_refuse_number);
extern PGDLLEXPORT Datum dbcare_refuse_number(PG_FUNCTION_ARGS);

/* Stands in for functions whose version was given as a number. */
Datum
dbcare_refuse_number(PG_FUNCTION_ARGS)
{
	return dbcpg_refuse_number(fcinfo);
}

/* ---- configuration parameters ---- */

/* PostgreSQL keeps the values; we ask for them by name. */
static char **values;

/*
 * Declares dbcare.<name>.  The core checks the value when it is used, in the
 * same words as a stored one.
 */
static void
define_parameter(const char *name, const char *description, GucContext context)
{
	char *full_name = psprintf("dbcare.%s", name);

	DefineCustomStringVariable(full_name, description, NULL, values++, NULL,
							   context, 0, NULL, NULL, NULL);
	pfree(full_name);
}

/* Declares the three parameters of a check. */
static void
define_check_parameters(const dbc_check *check)
{
	static const char *const suffixes[] = {"enabled", "warning", "critical"};
	int i;

	for (i = 0; i < 3; i++)
	{
		char *name = psprintf("check_%s_%s", check->id, suffixes[i]);

		define_parameter(name, check->description, PGC_USERSET);
		pfree(name);
	}
}

/* Whether ordinary users must not change a setting. */
static bool
is_protected(const dbc_setting *setting)
{
	return strcmp(setting->name, "environment") == 0 ||
		   strcmp(setting->name, "backup_dir") == 0;
}

/* Called when the library is loaded. */
void
_PG_init(void)
{
	int i;

	values = MemoryContextAllocZero(TopMemoryContext,
									(Size) (dbc_nsettings + 3 * dbc_nchecks) *
										sizeof(*values));
	for (i = 0; i < dbc_nsettings; i++)
		define_parameter(dbc_settings[i].name, dbc_settings[i].description,
						 is_protected(&dbc_settings[i]) ? PGC_SUSET
														: PGC_USERSET);
	for (i = 0; i < dbc_nchecks; i++)
		if (dbc_checks[i].engines & DBC_ON_POSTGRESQL)
			define_check_parameters(&dbc_checks[i]);
	MarkGUCPrefixReserved("dbcare");
}
