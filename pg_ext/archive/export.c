/*
 * export.c
 *	  Rows of a query one by one, and files of the server; see
 *	  common/archive/host.h.
 */
#include "pg_ext/core/cursor.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/query.h"
#include "pg_ext/core/rooms.h"

#include <unistd.h>

#include "catalog/namespace.h"
#include "storage/fd.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"

#include "common/archive/export.h"
#include "posix/archive/file.h"

/* Rows that are fetched at once. */
#define ROWS 100

typedef struct reading
{
	Portal portal;
	Oid role; /* that runs the query */
	void (*row)(dbc_host *, void *, const dbc_value *);
	void *arg;
	bool over;
} reading;

/* Reads the next rows. */
static void
read_batch(dbc_host *base, void *arg)
{
	reading *r = arg;
	SPITupleTable *rows;
	uint64 count;
	dbc_value *values;
	Datum *datums;
	bool *nulls;
	dbcpg_execution_identity identity;

	dbcpg_switch_for_caller(r->role, &identity);
	SPI_cursor_fetch(r->portal, true, ROWS);
	dbcpg_restore_identity(&identity);
	rows = SPI_tuptable;
	count = SPI_processed;
	r->over = count == 0;
	values = dbc_alloc(base, (size_t) rows->tupdesc->natts * sizeof(*values));
	datums = dbc_alloc(base, (size_t) rows->tupdesc->natts * sizeof(*datums));
	nulls = dbc_alloc(base, (size_t) rows->tupdesc->natts * sizeof(*nulls));
	for (uint64 i = 0; i < count; i++)
	{
		heap_deform_tuple(rows->vals[i], rows->tupdesc, datums, nulls);
		for (int col = 0; col < rows->tupdesc->natts; col++)
			values[col] =
				dbcpg_value_of(dbcpg_of(base), datums[col], nulls[col],
							   SPI_gettypeid(rows->tupdesc, col + 1));
		r->row(base, r->arg, values);
	}
	SPI_freetuptable(rows);
}

static void
read_rows(dbc_host *base, const char *query, bool is_own,
		  void (*row)(dbc_host *, void *, const dbc_value *), void *arg)
{
	dbcpg_host *host = dbcpg_of(base);
	int level = NewGUCNestLevel();
	reading r = {.row = row, .arg = arg};
	dbcpg_execution_identity identity;
	SPIPlanPtr plan;

	dbcpg_unpin_parameters(host);
	if (is_own)
		dbcpg_set_own_path();
	plan = dbcpg_prepare_for_caller(dbcpg_from_core(query), &r.role);
	dbcpg_set_value_parameters();
	dbcpg_switch_for_caller(r.role, &identity);
	r.portal = dbcpg_keep_cursor(
		SPI_cursor_open(dbcpg_name_cursor(), plan, NULL, NULL, true));
	dbcpg_restore_identity(&identity);
	/* code of users in views and policies; the query is planned */
	dbcpg_set_callers_path(host);
	while (!r.over)
	{
		dbc_scoped(base, read_batch, &r);
		dbc_poll(base);
	}
	dbcpg_close_cursor(r.portal);
	SPI_freeplan(plan);
	AtEOXact_GUC(false, level);
}

/* Fails unless the role may write files of the server; hints at a function that
 * returns the rows, unless it is NULL. */
static void
require_privilege(const dbc_archive_file *file, const char *rows)
{
	if (!has_privs_of_role(GetUserId(), ROLE_PG_WRITE_SERVER_FILES))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("permission denied to write file \"%s\" of the server",
					   file->name),
				errdetail("Only roles with privileges of role "
						  "pg_write_server_files may write files of the "
						  "server."),
				rows ? errhint("%s() returns the lines.", rows) : 0);
	if (!is_absolute_path(file->name))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("\"%s\" is not an absolute path", file->name),
				errhint("Pass the absolute path of a file on the server."));
}

static void
create_file(dbc_host *host, const char *path, bool overwrite,
			void (*write)(dbc_host *, void *, dbc_archive_file *), void *arg)
{
	dbc_archive_file file = {.path = path, .name = dbcpg_from_core(path)};

	require_privilege(&file,
					  strcmp(host->function->name, "dbarchive_export") == 0
						  ? "dbarchive_export_rows"
						  : NULL);
	dbc_posix_check_file(host, &file, overwrite);
	file.temporary = dbc_posix_temporary(host, file.name);
	file.descriptor = OpenTransientFilePerm(
		file.temporary, DBC_POSIX_CREATE_FLAGS, S_IRUSR | S_IWUSR);
	if (file.descriptor < 0)
		dbc_archive_refuse_file(host, path, errno);
	PG_TRY();
	{
		write(host, arg, &file);
		dbc_posix_publish(host, &file, overwrite);
	}
	PG_CATCH();
	{
		(void) unlink(file.temporary);
		PG_RE_THROW();
	}
	PG_END_TRY();
	CloseTransientFile(file.descriptor);
}

/* Whether row security hides rows from the caller; see common/archive/host.h.
 */
static bool
hides(dbc_host *base, const char *shown, const char *query)
{
	const dbc_relation *table = dbc_resolve(base, shown);
	Oid relation = (Oid) table->id;
	dbcpg_execution_identity caller;
	SPIPlanPtr plan;

	if (check_enable_rls(relation, InvalidOid, true) != RLS_ENABLED)
		return false;
	caller = dbcpg_switch_to_owner(relation);
	/* rows that it hides from the owner are an error */
	dbcpg_set_parameter("row_security", "off");
	/* as the statements whose rows it looks for */
	dbcpg_set_own_path();
	/* sees what the caller has changed */
	plan = SPI_prepare(dbcpg_from_core(query), 0, NULL);
	if (!plan)
		dbcpg_require_spi_success(SPI_result);
	dbcpg_require_plan_of(plan, relation);
	dbcpg_require_spi_success(SPI_execute_plan(plan, NULL, NULL, false, 1));
	dbcpg_restore_identity(&caller);
	SPI_freeplan(plan);
	return SPI_processed > 0;
}

const dbc_archive_host dbcpg_archive_host = {
	.read = read_rows,
	.create_file = create_file,
	.append = dbc_posix_append,
	.hides = hides,
};
