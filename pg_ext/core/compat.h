/*
 * compat.h
 *	  Differences between PostgreSQL versions 14 to 19; only this file,
 *	  compat_nodes.h and compat_hooks.h test the version.
 */
#ifndef DBCPG_CORE_COMPAT_H
#define DBCPG_CORE_COMPAT_H

#include "postgres.h"

#if PG_VERSION_NUM < 140000
#error "dbcare requires PostgreSQL 14 or later"
#endif

#include "access/amapi.h"
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/tableam.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_namespace.h"
#include "commands/defrem.h"
#include "commands/explain.h"
#include "executor/executor.h"
#include "executor/instrument.h"
#include "executor/nodeModifyTable.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "nodes/parsenodes.h"
#include "nodes/pathnodes.h"
#include "parser/analyze.h"
#include "parser/parse_param.h"
#include "parser/parser.h"
#include "partitioning/partbounds.h"
#include "storage/bufmgr.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "storage/sinvaladt.h"
#include "tcop/dest.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"
#include "utils/rel.h"
#include "utils/selfuncs.h"
#if PG_VERSION_NUM >= 180000
#include "commands/explain_format.h"
#include "commands/explain_state.h"
#include "rewrite/rewriteHandler.h"
#endif
#if PG_VERSION_NUM >= 190000
#include "catalog/pg_database.h"
#include "commands/sequence_xlog.h"
#include "optimizer/pathnode.h"
#include "storage/fd.h"
#include "utils/lsyscache.h"
#else
#include "optimizer/plancat.h"
#endif

/* Before 16 this was empty, and the library is built with hidden symbols. */
#if PG_VERSION_NUM < 160000
#define RelFileLocator RelFileNode
#define rd_locator	   rd_node
#undef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#endif

/* Whether shared memory must be requested in a hook. */
#define DBCPG_HAS_SHMEM_REQUEST (PG_VERSION_NUM >= 150000)

/* Whether a relation says by itself that uses of it are counted. */
#define DBCPG_HAS_PGSTAT_ENABLED (PG_VERSION_NUM >= 150000)

/* What the headers of newer minor versions compile to calls of functions that
 * older ones lack, where the library would not load: a column of a row that a
 * scan returned, and a composite value, which GetAttributeByNum() checks. */
static inline Datum
dbcpg_get_column(HeapTuple row, int column, TupleDesc type, bool *isnull)
{
	if (column > HeapTupleHeaderGetNatts(row->t_data))
		return getmissingattr(type, column, isnull);
	return fastgetattr(row, column, type, isnull);
}

static inline HeapTupleHeader
dbcpg_get_composite(Datum value)
{
	return (HeapTupleHeader) PG_DETOAST_DATUM(value);
}

/* Whether statements can have such nodes. */
#define DBCPG_HAS_JSON_EXPR (PG_VERSION_NUM >= 170000)
#define DBCPG_HAS_MERGE		(PG_VERSION_NUM >= 150000)

/* Whether dblink ignores connect_timeout. */
#define DBCPG_DBLINK_WAITS (PG_VERSION_NUM >= 160000)

/* The parse trees of a script. */
static inline List *
dbcpg_raw_parser(const char *text)
{
	return raw_parser(text, RAW_PARSE_DEFAULT);
}

/* Locks the first block of a relation of the database that is not temporary;
 * before 15 the relation must be opened for that. */
static inline Buffer
dbcpg_read_first_block(Form_pg_class class)
{
#if PG_VERSION_NUM < 150000
	Relation relation = relation_open(class->oid, NoLock);
	Buffer buffer = ReadBuffer(relation, 0);

	relation_close(relation, NoLock);
	return buffer;
#else
	RelFileLocator file = {OidIsValid(class->reltablespace)
							   ? class->reltablespace
							   : MyDatabaseTableSpace,
						   MyDatabaseId, class->relfilenode};

	return ReadBufferWithoutRelcache(file, MAIN_FORKNUM, 0, RBM_NORMAL, NULL,
									 class->relpersistence ==
										 RELPERSISTENCE_PERMANENT);
#endif
}

/* The index of the primary key of a table, deferrable or not. */
static inline Oid
dbcpg_primary_key_index(Relation table)
{
#if PG_VERSION_NUM >= 180000
	return RelationGetPrimaryKeyIndex(table, true);
#else
	return RelationGetPrimaryKeyIndex(table);
#endif
}

/* Since 16 not every member of a role may become it. */
#if PG_VERSION_NUM >= 160000
#define dbcpg_may_become member_can_set_role
#else
#define dbcpg_may_become is_member_of_role
#endif

/* Closes what the triggers of a query have opened. */
static inline void
dbcpg_close_trigger_targets(EState *estate)
{
	ExecCloseResultRelations(estate);
	ExecResetTupleTable(estate->es_tupleTable, false);
}

/* Inserts a row that was added to a table into one of its indexes. */
static inline void
dbcpg_index_insert(Relation index, Datum *keys, bool *nulls, ItemPointer row,
				   Relation table, IndexInfo *info)
{
	IndexUniqueCheck check =
		info->ii_Unique ? UNIQUE_CHECK_YES : UNIQUE_CHECK_NO;

	index_insert(index, keys, nulls, row, table, check, false, info);
#if PG_VERSION_NUM >= 170000
	index_insert_cleanup(index, info);
#endif
}

/* The PID of a virtual transaction, or 0. */
static inline int
dbcpg_pid_of(const VirtualTransactionId *transaction)
{
#if PG_VERSION_NUM >= 170000
	PGPROC *process = ProcNumberGetProc(transaction->procNumber);
#else
	PGPROC *process = BackendIdGetProc(transaction->backendId);
#endif

	return process ? process->pid : 0;
}

/* Whether this process holds a lock in a mode. */
static inline bool
dbcpg_holds_lock(const LOCKTAG *tag, LOCKMODE mode)
{
#if PG_VERSION_NUM >= 170000
	return LockHeldByMe(tag, mode, false);
#else
	return LockHeldByMe(tag, mode);
#endif
}

/* Runs a portal with a single statement to its end and discards the rows;
 * returns how many rows it has processed. */
static inline uint64
dbcpg_run_portal(Portal portal, bool is_top_level)
{
	QueryCompletion completion;

	InitializeQueryCompletion(&completion);
#if PG_VERSION_NUM >= 180000
	(void) PortalRun(portal, FETCH_ALL, is_top_level, None_Receiver,
					 None_Receiver, &completion);
#else
	(void) PortalRun(portal, FETCH_ALL, is_top_level, true, None_Receiver,
					 None_Receiver, &completion);
#endif
	return completion.nprocessed;
}

/* Adds index entries for a new row; returns the indexes that must be checked
 * again for duplicates. */
static inline List *
dbcpg_insert_index_entries(ResultRelInfo *result, TupleTableSlot *slot,
						   EState *estate)
{
#if PG_VERSION_NUM >= 190000
	return ExecInsertIndexTuples(result, estate, 0, slot, NIL, NULL);
#elif PG_VERSION_NUM >= 160000
	return ExecInsertIndexTuples(result, slot, estate, false, false, NULL, NIL,
								 false);
#else
	return ExecInsertIndexTuples(result, slot, estate, false, false, NULL, NIL);
#endif
}

/* Computes the stored generated columns of a new row. */
static inline void
dbcpg_compute_generated(ResultRelInfo *result, TupleTableSlot *slot,
						EState *estate)
{
	ExecComputeStoredGenerated(result, estate, slot, CMD_INSERT);
}

/* Analyzes a parse tree, with parameters of the given types; no rule is
 * applied. */
static inline Query *
dbcpg_analyze(RawStmt *tree, const char *text, const Oid *types, int ntypes)
{
#if PG_VERSION_NUM >= 150000
	return parse_analyze_fixedparams(tree, text, types, ntypes, NULL);
#else
	return parse_analyze(tree, text, (Oid *) types, ntypes, NULL);
#endif
}

/* Lets a parser find out the types of parameters. */
static inline void
dbcpg_set_up_parameters(ParseState *state, Oid **types, int *ntypes)
{
#if PG_VERSION_NUM >= 150000
	setup_parse_variable_parameters(state, types, ntypes);
#else
	parse_variable_parameters(state, types, ntypes);
#endif
}

/* Fails if the caller lacks a privilege on a table that an analyzed statement
 * names at its outermost level. */
static inline void
dbcpg_require_permissions(const Query *query)
{
#if PG_VERSION_NUM >= 160000
	(void) ExecCheckPermissions(query->rtable, query->rteperminfos, true);
#else
	(void) ExecCheckRTPerms(query->rtable, true);
#endif
}

/* The planner's estimate of the number of groups. */
static inline double
dbcpg_estimate_groups(PlannerInfo *root, List *expressions, double rows)
{
	return estimate_num_groups(root, expressions, rows, NULL, NULL);
}

/* Sets whether scans of an index can return to a position, which the planner
 * asks the access method for before version 14. */
static inline void
dbcpg_set_mark_ability(IndexOptInfo *info, const IndexAmRoutine *method)
{
	info->amcanmarkpos =
		method->ammarkpos != NULL && method->amrestrpos != NULL;
}

/* Analyzes and rewrites a parse tree without parameters. */
static inline List *
dbcpg_analyze_and_rewrite(RawStmt *tree, const char *text)
{
#if PG_VERSION_NUM >= 150000
	return pg_analyze_and_rewrite_fixedparams(tree, text, NULL, 0, NULL);
#else
	return pg_analyze_and_rewrite(tree, text, NULL, 0, NULL);
#endif
}

/* The partition bounds as conditions on rows of the parent. */
static inline List *
dbcpg_partition_condition(Relation parent, Relation partition,
						  PartitionBoundSpec *bounds)
{
#if PG_VERSION_NUM >= 150000
	(void) partition;
	return get_qual_from_partbound(parent, bounds);
#else
	return get_qual_from_partbound(partition, parent, bounds);
#endif
}

/* Runs a statement that has been started to its end. */
static inline void
dbcpg_run_executor(QueryDesc *query)
{
#if PG_VERSION_NUM >= 180000
	ExecutorRun(query, ForwardScanDirection, 0);
#else
	ExecutorRun(query, ForwardScanDirection, 0, true);
#endif
}

/* Whether a unique index treats nulls as equal, an option since version 15. */
static inline bool
dbcpg_nulls_equal(const IndexInfo *index)
{
#if PG_VERSION_NUM >= 150000
	return index->ii_NullsNotDistinct;
#else
	(void) index;
	return false;
#endif
}

/* Whether a column is a virtual generated column (version 18). */
static inline bool
dbcpg_is_virtual_attribute(Relation table, AttrNumber column)
{
#if PG_VERSION_NUM >= 180000
	return column > 0 &&
		   TupleDescAttr(RelationGetDescr(table), column - 1)->attgenerated ==
			   ATTRIBUTE_GENERATED_VIRTUAL;
#else
	(void) table;
	(void) column;
	return false;
#endif
}

/* Expands virtual generated columns in an expression over a table, variable
 * 1. */
static inline Node *
dbcpg_expand_virtual(Node *node, Relation table)
{
#if PG_VERSION_NUM >= 180000
	return expand_generated_columns_in_expr(node, table, 1);
#else
	(void) table;
	return node;
#endif
}

/* Begins to read an index from its beginning. */
static inline IndexScanDesc
dbcpg_begin_index_scan(Relation table, Relation index, Snapshot snapshot,
					   int keys)
{
#if PG_VERSION_NUM >= 190000
	return index_beginscan(table, index, snapshot, NULL, keys, 0, 0);
#elif PG_VERSION_NUM >= 180000
	return index_beginscan(table, index, snapshot, NULL, keys, 0);
#else
	return index_beginscan(table, index, snapshot, keys, 0);
#endif
}

/* Begins to read a table from its beginning. */
static inline TableScanDesc
dbcpg_begin_table_scan(Relation table, Snapshot snapshot)
{
#if PG_VERSION_NUM >= 190000
	return table_beginscan(table, snapshot, 0, NULL, 0);
#else
	return table_beginscan(table, snapshot, 0, NULL);
#endif
}

/* Whether the caller has USAGE on a schema. */
static inline bool
dbcpg_may_use_schema(Oid schema)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(NamespaceRelationId, schema, GetUserId(),
						   ACL_USAGE) == ACLCHECK_OK;
#else
	return pg_namespace_aclcheck(schema, GetUserId(), ACL_USAGE) == ACLCHECK_OK;
#endif
}

/* The functions with a name that accept that many arguments; -1: any number. */
static inline FuncCandidateList
dbcpg_function_candidates(List *names, int nargs)
{
	bool expand = nargs >= 0;
#if PG_VERSION_NUM >= 190000
	int found;

	return FuncnameGetCandidates(names, nargs, NIL, expand, expand, false, true,
								 &found);
#else
	return FuncnameGetCandidates(names, nargs, NIL, expand, expand, false,
								 true);
#endif
}

/* The operators with a name. */
static inline FuncCandidateList
dbcpg_operator_candidates(List *name)
{
#if PG_VERSION_NUM >= 190000
	int found;

	return OpernameGetCandidates(name, '\0', true, &found);
#else
	return OpernameGetCandidates(name, '\0', true);
#endif
}

/* The plan of a query, without parallel workers. */
static inline PlannedStmt *
dbcpg_plan_query(Query *query, const char *text, ParamListInfo parameters)
{
#if PG_VERSION_NUM >= 190000
	return pg_plan_query(query, text, 0, parameters, NULL);
#else
	return pg_plan_query(query, text, 0, parameters);
#endif
}

/* Whether strings have escapes without E, which version 19 has given up. */
static inline bool
dbcpg_strings_have_escapes(void)
{
#if PG_VERSION_NUM >= 190000
	return false;
#else
	return !standard_conforming_strings;
#endif
}

/* Makes a lock in shared memory, and names it in this process. */
static inline void
dbcpg_make_lock(LWLock *lock)
{
#if PG_VERSION_NUM >= 190000
	LWLockInitialize(lock, LWLockNewTrancheId("dbcare"));
#else
	LWLockInitialize(lock, LWLockNewTrancheId());
#endif
}

static inline void
dbcpg_name_lock(const LWLock *lock)
{
#if PG_VERSION_NUM >= 190000
	(void) lock;
#else
	LWLockRegisterTranche(lock->tranche, "dbcare");
#endif
}

/* The parent of a partition, even while it is being detached. */
static inline Oid
dbcpg_partition_parent(Oid partition)
{
	return get_partition_parent(partition, true);
}

/* Sets who may change a parameter of this process. */
static inline void
dbcpg_set_parameter_context(const char *name, GucContext context)
{
#if PG_VERSION_NUM >= 160000
	find_option(name, false, false, ERROR)->context = context;
#else
	struct config_generic **all = get_guc_variables();
	int i;

	for (i = 0; i < GetNumConfigOptions(); i++)
		if (strcmp(all[i]->name, name) == 0)
			all[i]->context = context;
#endif
}

/* Reads the columns of both tables, and the operators between them, from a
 * tuple of pg_constraint. */
static inline void
dbcpg_read_foreign_key(HeapTuple tuple, int *nkey, AttrNumber *key,
					   AttrNumber *parent_key, Oid *operators)
{
	Oid others[INDEX_MAX_KEYS];
	Oid theirs[INDEX_MAX_KEYS];

#if PG_VERSION_NUM >= 150000
	DeconstructFkConstraintRow(tuple, nkey, key, parent_key, operators, others,
							   theirs, NULL, NULL);
#else
	DeconstructFkConstraintRow(tuple, nkey, key, parent_key, operators, others,
							   theirs);
#endif
}

/* A set of events that the caller frees, even after an error. */
static inline WaitEventSet *
dbcpg_create_wait_set(int nevents)
{
#if PG_VERSION_NUM >= 170000
	return CreateWaitEventSet(NULL, nevents);
#else
	return CreateWaitEventSet(CurrentMemoryContext, nevents);
#endif
}

#endif /* DBCPG_CORE_COMPAT_H */
