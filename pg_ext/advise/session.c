/*
 * session.c
 *	  Planning as a session of another role does.
 */
#include "pg_ext/advise/hypothetical.h"
#include "pg_ext/core/compat.h"
#include "pg_ext/core/parameters.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_db_role_setting.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"

/* How long planning may wait for a lock. */
#define LOCK_TIMEOUT_MS "100"

/* What plans depend on, besides names. */
static const char *const parameters[] = {
	"search_path",
	"work_mem",
	"hash_mem_multiplier",
	"effective_cache_size",
	"random_page_cost",
	"seq_page_cost",
	"cpu_tuple_cost",
	"cpu_index_tuple_cost",
	"cpu_operator_cost",
	"from_collapse_limit",
	"join_collapse_limit",
	"geqo",
	"geqo_threshold",
	"constraint_exclusion",
	"enable_bitmapscan",
	"enable_hashagg",
	"enable_hashjoin",
	"enable_incremental_sort",
	"enable_indexscan",
	"enable_indexonlyscan",
	"enable_material",
	"enable_memoize",
	"enable_mergejoin",
	"enable_nestloop",
	"enable_partition_pruning",
	"enable_partitionwise_aggregate",
	"enable_partitionwise_join",
	"enable_seqscan",
	"enable_sort",
	"enable_tidscan",
};

/* Sets a parameter if it is one of these. */
static void
set_known(const char *assignment)
{
	const char *value = strchr(assignment, '=');

	for (int i = 0; value && i < (int) lengthof(parameters); i++)
		if (strlen(parameters[i]) == (Size) (value - assignment) &&
			pg_strncasecmp(parameters[i], assignment,
						   (Size) (value - assignment)) == 0)
			dbcpg_set_parameter(parameters[i], value + 1);
}

/* Sets what ALTER ROLE ... SET has stored for a role. */
static void
set_stored(Oid database, Oid role)
{
	Relation catalog = table_open(DbRoleSettingRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&keys[0], Anum_pg_db_role_setting_setdatabase,
				BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(database));
	ScanKeyInit(&keys[1], Anum_pg_db_role_setting_setrole,
				BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(role));
	scan = systable_beginscan(catalog, DbRoleSettingDatidRolidIndexId, true,
							  NULL, 2, keys);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Datum values[Natts_pg_db_role_setting];
		bool nulls[Natts_pg_db_role_setting];
		Datum *texts;
		int ntexts;

		heap_deform_tuple(tuple, RelationGetDescr(catalog), values, nulls);
		deconstruct_array(
			DatumGetArrayTypeP(values[Anum_pg_db_role_setting_setconfig - 1]),
			TEXTOID, -1, false, TYPALIGN_INT, &texts, NULL, &ntexts);
		for (int i = 0; i < ntexts; i++)
			set_known(TextDatumGetCString(texts[i]));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

void
dbcpg_advise_set_session(Oid role)
{
	for (int i = 0; i < (int) lengthof(parameters); i++)
		dbcpg_set_parameter(parameters[i], NULL);
	if (OidIsValid(role))
	{
		set_stored(InvalidOid, role);
		set_stored(MyDatabaseId, role);
	}
	dbcpg_set_parameter("lock_timeout", LOCK_TIMEOUT_MS);
}
