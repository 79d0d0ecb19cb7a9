/*
 * query.c
 *	  dbcare's own SQL, run through SPI.
 *
 * It reads with the rights of the caller, and writes dbcare's tables as their
 * owner: nobody else may write them, so that what they say was done by
 * dbcare's functions.  Whoever may call a function may have it written; what
 * concerns a table or a role, the function tests before.
 */
#include "pg_ext/core/cursor.h"
#include "pg_ext/core/kept.h"
#include "pg_ext/core/number.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/plan.h"
#include "pg_ext/core/query.h"
#include "pg_ext/core/rooms.h"

#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "parser/parse_node.h"

#include "common/core/area.h"
#include "common/core/tables.h"

/* Rows that are passed on together. */
#define ROWS_OF_PAGE 1000

/* The user before the owner of dbcare's tables. */
typedef struct writing_caller
{
	Oid user;
	int security;
} writing_caller;

/* A parameter of a statement that has numbers of new rows; called for each of
 * these rows. */
static ParamExternData *
fetch_parameter(ParamListInfo list, int number, bool speculative,
				ParamExternData *workspace)
{
	const dbc_sql *sql = list->paramFetchArg;
	int place = number - (list->numParams - dbcpg_count_numbers(sql));
	const char *name = sql->numbers;

	if (place <= 0)
		return &list->params[number - 1];
	*workspace = (ParamExternData){.isnull = true};
	if (speculative)
		return workspace;
	while (--place > 0)
		name = strchr(name, ' ') + 1;
	workspace->value =
		Int64GetDatum(dbcpg_next_number_of(pnstrdup(name, strcspn(name, " "))));
	workspace->isnull = false;
	workspace->ptype = INT8OID;
	return workspace;
}

/* Values as parameters of a plan, in the scratch memory of the host; NULL if
 * there are none. */
static ParamListInfo
make_parameters(dbcpg_host *host, const dbc_sql *sql, const dbc_value *args,
				int nargs)
{
	int nnumbers = dbcpg_count_numbers(sql);
	MemoryContext context;
	ParamListInfo list;

	if (nargs + nnumbers == 0)
		return NULL;
	context = MemoryContextSwitchTo(host->scratch);
	list = makeParamList(nargs + nnumbers);
	if (nnumbers > 0)
	{
		list->paramFetch = fetch_parameter;
		list->paramFetchArg = unconstify(dbc_sql *, sql);
	}
	for (int i = 0; i < nargs; i++)
	{
		ParamExternData *param = &list->params[i];

		param->ptype = dbcpg_type_of_kind(args[i].kind);
		param->pflags = PARAM_FLAG_CONST;
		param->value = dbcpg_datum_of(&args[i], param->ptype, &param->isnull);
	}
	MemoryContextSwitchTo(context);
	return list;
}

/* The names of the columns of a result. */
static const char *const *
column_names(dbcpg_host *host, TupleDesc shape)
{
	const char **names =
		dbc_alloc(&host->base, ((size_t) shape->natts + 1) * sizeof(*names));

	for (int i = 0; i < shape->natts; i++)
	{
		const char *name = NameStr(TupleDescAttr(shape, i)->attname);

		names[i] = dbcpg_to_core(host, name);
	}
	return names;
}

/* Copies a result into the arena. */
dbc_rows *
dbcpg_copy_rows(dbcpg_host *host, SPITupleTable *table, uint64 affected)
{
	dbc_rows *rows = dbc_alloc(&host->base, sizeof(*rows));
	dbc_value *value;
	Datum *datums;
	bool *nulls;

	rows->affected = (int64_t) affected;
	if (!table)
		return rows;
	rows->nrows = (int) table->numvals;
	rows->ncols = table->tupdesc->natts;
	/* all elements are assigned, so they need not be zeroed */
	value = MemoryContextAllocExtended(
		host->arena, ((Size) rows->nrows * rows->ncols + 1) * sizeof(*value),
		MCXT_ALLOC_HUGE);
	rows->values = value;
	if (rows->nrows > 0)
		rows->columns = column_names(host, table->tupdesc);
	datums =
		dbc_alloc(&host->base, ((size_t) rows->ncols + 1) * sizeof(*datums));
	nulls = dbc_alloc(&host->base, (size_t) rows->ncols + 1);
	for (int row = 0; row < rows->nrows; row++)
	{
		CHECK_FOR_INTERRUPTS();
		heap_deform_tuple(table->vals[row], table->tupdesc, datums, nulls);
		for (int column = 0; column < rows->ncols; column++)
			*value++ =
				dbcpg_value_of(host, datums[column], nulls[column],
							   TupleDescAttr(table->tupdesc, column)->atttypid);
	}
	return rows;
}

/* Raises the error of an embedded statement again. One that lacks a privilege is
 * about the caller: the statement, which would be its context, tells nothing
 * that the caller could change.  Nothing is looked up: the transaction has
 * failed. */
static void
raise_again(dbcpg_host *host, const dbc_sql *sql)
{
	ErrorData *error;
	const char *area = NULL;

	if (geterrcode() != ERRCODE_INSUFFICIENT_PRIVILEGE)
		PG_RE_THROW();
	MemoryContextSwitchTo(host->call);
	error = CopyErrorData();
	FlushErrorState();
	error->context = NULL;
	if (strstr(sql->text, "dbcare."))
		area = dbc_area_for(host->base.function, sql->text);
	if (area)
		error->hint = psprintf(
			"The owner of schema dbcare can call dbcare_grant(ROLE, '%s') "
			"for this role.",
			area);
	ReThrowError(error);
}

static pg_noinline int
execute_planned(dbcpg_host *host, const dbc_sql *sql, const dbc_value *args,
				int nargs, Portal *portal)
{
	/* those that the statement does not use would be before its numbers */
	int used = dbcpg_count_numbers(sql) > 0 ? sql->nparameters : nargs;
	SPIPlanPtr plan = dbcpg_find_plan(host, sql, args, used);
	ParamListInfo parameters = make_parameters(host, sql, args, used);

	/* one whose result is kept runs with the active snapshot */
	if (!portal)
		return SPI_execute_plan_with_paramlist(
			plan, parameters, host->read_only || dbcpg_is_kept(host, sql), 0);
	*portal = dbcpg_keep_cursor(SPI_cursor_open_with_paramlist(
		dbcpg_name_cursor(), plan, parameters, host->read_only));
	return SPI_OK_SELECT;
}

/* Runs an embedded statement, or opens *portal for its rows. */
static int
execute_embedded(dbcpg_host *host, const dbc_sql *sql, const dbc_value *args,
				 int nargs, Portal *portal)
{
	volatile int code = SPI_OK_SELECT;

	PG_TRY();
	{
		code = execute_planned(host, sql, args, nargs, portal);
	}
	PG_CATCH();
	{
		raise_again(host, sql);
	}
	PG_END_TRY();
	return code;
}

/* Runs a statement that is not embedded.  A read-only statement may read tables
 * of any owner. */
static int
execute_once(dbcpg_host *host, const char *text)
{
	const char *own = dbcpg_from_core(text);

	dbcpg_require_own_path();
	return host->read_only ? dbcpg_execute_as_owner(own)
						   : dbcpg_execute_for_caller(host, own, false);
}

/* ---- the owner of dbcare's tables ---- */

/*
 * The tables are proven, once per call: dbc_tables_version() fails if a trigger
 * or a rule on them belongs to anybody but their owner or a superuser.  The
 * statements are static, all their names are qualified, and embed refuses those
 * that reach anything else.
 */
static void
become_owner(dbcpg_host *host, writing_caller *caller)
{
	Oid owner;

	(void) dbc_tables_version(&host->base);
	owner = dbcpg_owner_of_schema(get_namespace_oid("dbcare", false));
	GetUserIdAndSecContext(&caller->user, &caller->security);
	SetUserIdAndSecContext(owner,
						   caller->security | SECURITY_RESTRICTED_OPERATION);
}

/* After an error, the end of the (sub)transaction does this. */
static void
become_caller(const writing_caller *caller)
{
	SetUserIdAndSecContext(caller->user, caller->security);
}

/* Runs an embedded statement as whom it runs, or opens *portal for its rows. */
static int
execute_named(dbcpg_host *host, const dbc_sql *sql, const dbc_value *args,
			  int nargs, Portal *portal)
{
	writing_caller caller;
	int code;

	if (sql->as_owner)
		become_owner(host, &caller);
	code = execute_embedded(host, sql, args, nargs, portal);
	if (sql->as_owner)
		become_caller(&caller);
	return code;
}

void
dbcpg_write_tables(dbcpg_host *host, const char *name, int nargs, Oid *types,
				   Datum *values)
{
	const dbc_sql *sql = dbc_find_sql(&host->base, name);
	writing_caller caller;

	Assert(sql->as_owner);
	dbcpg_require_own_path();
	become_owner(host, &caller);
	dbcpg_require_spi_success(
		SPI_execute_with_args(sql->text, nargs, types, values, NULL, false, 0));
	become_caller(&caller);
}

/* ---- the call of the host ---- */

/* Takes the rows that SPI has. */
static dbc_rows *
take_rows(dbcpg_host *host, const dbc_sql *sql)
{
	dbc_rows *rows = dbcpg_copy_rows(host, SPI_tuptable, SPI_processed);

	SPI_freetuptable(SPI_tuptable);
	/* the parameters; where there are rows, their values have freed them */
	MemoryContextReset(host->scratch);
	rows->statement = sql->name;
	rows->sql = sql->text;
	return rows;
}

/* Runs a statement whose result is kept. */
static const dbc_rows *
query_latest(dbcpg_host *host, const dbc_sql *sql, const dbc_value *args,
			 int nargs)
{
	dbcpg_require_spi_success(execute_embedded(host, sql, args, nargs, NULL));
	return take_rows(host, sql);
}

const dbc_rows *
dbcpg_query(dbc_host *base, const dbc_sql *sql, const dbc_value *args,
			int nargs)
{
	dbcpg_host *host = dbcpg_of(base);

	if (dbcpg_is_kept(host, sql))
		return dbcpg_find_kept(host, sql, args, nargs, query_latest);
	dbcpg_require_spi_success(sql->name
								  ? execute_named(host, sql, args, nargs, NULL)
								  : execute_once(host, sql->text));
	return take_rows(host, sql);
}

/* A statement whose rows are passed on. */
typedef struct paging
{
	const dbc_sql *sql;
	SPIPlanPtr plan; /* of one without name */
	Oid role;		 /* that it runs as */
	Portal portal;
	void (*page)(dbc_host *, void *, const dbc_rows *);
	void *arg;
	bool over;
} paging;

/* Opens a statement without name, or fetches its next rows. */
static void
read_text(const dbcpg_host *host, paging *p)
{
	dbcpg_execution_identity identity;

	dbcpg_switch_to_reader(p->role, &identity);
	if (!p->portal)
		p->portal = dbcpg_keep_cursor(
			SPI_cursor_open(dbcpg_name_cursor(), p->plan, NULL, NULL, true));
	else
	{
		/* policies of the tables may find their functions there */
		if (!p->sql->as_owner)
			dbcpg_set_callers_path(host);
		SPI_cursor_fetch(p->portal, true, ROWS_OF_PAGE);
	}
	dbcpg_restore_identity(&identity);
}

static void
read_named(dbcpg_host *host, const paging *p)
{
	writing_caller caller;

	if (p->sql->as_owner)
		become_owner(host, &caller);
	SPI_cursor_fetch(p->portal, true, ROWS_OF_PAGE);
	if (p->sql->as_owner)
		become_caller(&caller);
}

/* Passes the next rows on. */
static void
pass_page(dbc_host *base, void *arg)
{
	paging *p = arg;
	dbcpg_host *host = dbcpg_of(base);
	const dbc_rows *rows;

	dbcpg_require_own_path();
	if (p->plan)
		read_text(host, p);
	else
		read_named(host, p);
	rows = take_rows(host, p->sql);
	p->over = rows->nrows < ROWS_OF_PAGE;
	if (rows->nrows > 0)
		p->page(base, p->arg, rows);
}

void
dbcpg_pass_pages(dbc_host *base, const dbc_sql *sql, const dbc_value *args,
				 int nargs, void (*page)(dbc_host *, void *, const dbc_rows *),
				 void *arg)
{
	paging p = {.sql = sql, .page = page, .arg = arg};

	if (sql->name)
		(void) execute_named(dbcpg_of(base), sql, args, nargs, &p.portal);
	else
	{
		const char *text = dbcpg_from_core(sql->text);

		dbcpg_require_own_path();
		p.plan = sql->as_owner ? dbcpg_prepare_as_owner(text, 0, NULL, &p.role)
							   : dbcpg_prepare_for_caller(text, &p.role);
		read_text(dbcpg_of(base), &p);
	}
	while (!p.over)
		dbc_scoped(base, pass_page, &p);
	dbcpg_close_cursor(p.portal);
	if (p.plan)
		SPI_freeplan(p.plan);
}

const dbc_rows *
dbcpg_query_table(dbcpg_host *host, Oid table, const char *text)
{
	int level = NewGUCNestLevel();
	dbc_rows *rows;

	dbcpg_set_search_path(table);
	dbcpg_require_spi_success(dbcpg_execute_as_owner(dbcpg_from_core(text)));
	rows = dbcpg_copy_rows(host, SPI_tuptable, SPI_processed);
	SPI_freetuptable(SPI_tuptable);
	AtEOXact_GUC(false, level);
	rows->sql = text;
	return rows;
}

const char *
dbcpg_embedded_text(dbcpg_host *host, const char *name)
{
	dbcpg_require_own_path();
	return dbcpg_from_core(dbc_find_sql(&host->base, name)->text);
}
