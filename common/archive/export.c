/*
 * export.c
 *	  dbarchive_export and dbarchive_export_rows: rows of a table as lines of
 *	  text.
 *
 * Rows are read one by one, and written in blocks.  Each block is compressed by
 * itself: a file is a sequence of zstd frames, which is a valid zstd file.
 */
#include "common/archive/export.h"

#include <errno.h>
#include <string.h>
#include <zstd.h>

#include "common/archive/archive.h"
#include "common/archive/host.h"
#include "common/check/user_table.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/json.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/rights.h"
#include "common/core/tables.h"
#include "common/core/text.h"
#include "common/row/shown.h"

#define BLOCK	   ((size_t) 1 << 20)
#define ZSTD_LEVEL 3

#define ROWS_BETWEEN_REPORTS 1000

/* Columns of archive/export.sql. */
enum
{
	E_QUERY,
	E_ORDERING,
	E_COLUMNS,
	E_UNKNOWN
};

typedef struct export
{
	const dbc_relation *table;
	bool is_csv;
	bool is_own; /* the query has no condition of the caller */
	int ncolumns;
	const char *header; /* of CSV */
	const char *query;
	int64_t rows;
	int64_t bytes;

	/* of a file */
	dbc_archive_file *file; /* NULL: lines are only counted */
	char *block;
	size_t length;
	char *packed; /* NULL: not compressed */
}
export;

_Noreturn void
dbc_archive_refuse_file(dbc_host *host, const char *path, int number)
{
	char reason[256];

	if (number == EEXIST)
		dbc_fail(host, "58P02", NULL,
				 "Pass another path, or the option overwrite.",
				 "file \"%s\" exists", path);
	if (strerror_r(number, reason, sizeof(reason)) != 0)
		strcpy(reason, "unknown error");
	dbc_fail(host,
			 number == EACCES || number == EROFS ? DBC_INSUFFICIENT
			 : number == ENOENT					 ? "58P01"
			 : number == ENOSPC || number == EDQUOT || number == EFBIG
				 ? "53100"
				 : "58030",
			 NULL, NULL, "file \"%s\" cannot be written: %s", path, reason);
}

/* ---- lines ---- */

/* Appends a value of CSV; a null is empty, an empty text is quoted. */
static void
append_csv(dbc_buffer *line, const char *text)
{
	const char *quote;

	if (!text)
		return;
	if (*text && !strpbrk(text, "\",\r\n"))
	{
		dbc_append(line, text);
		return;
	}
	dbc_append(line, "\"");
	while ((quote = strchr(text, '"')))
	{
		dbc_append_bytes(line, text, (size_t) (quote - text) + 1);
		dbc_append(line, "\"");
		text = quote + 1;
	}
	dbc_append(line, text);
	dbc_append(line, "\"");
}

/* A row as a line. */
static const char *
make_line(dbc_host *host, const export *e, const dbc_value *values)
{
	dbc_buffer line;

	if (!e->is_csv)
		return dbc_row_shown(host, values[0].text).text;
	dbc_buffer_init(&line, host);
	for (int i = 0; i < e->ncolumns; i++)
	{
		dbc_append(&line, i > 0 ? "," : "");
		append_csv(&line, values[i].kind == DBC_NULL ? NULL : values[i].text);
	}
	return line.data;
}

/* ---- the query ---- */

/* Fails unless a query is one statement: a condition of the caller is part of
 * it. */
static void
check_query(dbc_host *host, const char *query, const char *where)
{
	dbc_script script = {.label = "the export", .first_line = 1};

	dbc_split(host, query, &script);
	if (script.nstatements != 1)
		dbc_fail(host, DBC_SYNTAX_ERROR, NULL, NULL,
				 "option where is not a condition: %s", where);
}

static void
read_columns(dbc_host *host, export *e, const char *names)
{
	dbc_json_entries list = dbc_json_read_entries(host, names, "columns");
	dbc_buffer header;

	dbc_buffer_init(&header, host);
	for (int i = 0; i < list.count; i++)
	{
		dbc_append(&header, i > 0 ? "," : "");
		append_csv(&header, list.list[i].text);
	}
	e->ncolumns = list.count;
	e->header = header.data;
}

/* Reads what to export. */
static void
prepare(dbc_host *host, export *e, const dbc_value *relation,
		const dbarchive_export_rows_options *given)
{
	bool deleted = given->deleted.integer;
	const char *where = given->where.text;
	const char *mode;
	const dbc_rows *rows;
	const char *unknown;
	bool is_marked;

	dbc_refuse_options(host, relation->text, "relation");
	/* fails if dbcare's tables are not to be trusted */
	(void) dbc_has_tables(host);
	e->table = dbc_resolve(host, relation->text);
	e->is_csv = given->format.given && dbc_same(given->format.text, "csv");
	mode = dbc_archive_mode(host, e->table);
	is_marked = mode && dbc_same(mode, "flag");
	if (deleted && !dbc_has_tables(host))
		dbc_fail(host, DBC_NOT_READY, NULL,
				 "Call dbarchive_enable() for the table first.",
				 "deleted rows of table %s are not kept", e->table->shown);
	if (deleted)
		dbc_require_privilege(host, e->table, "SELECT");
	if (deleted && !is_marked)
		dbc_check_row_security(host, "archive/hidden",
							   dbc_text(e->table->shown));
	if (deleted && where && (!mode || dbc_same(mode, "trash")))
		dbc_fail(host, DBC_INVALID_PARAMETER,
				 "A condition is about rows of the table.", NULL,
				 "options deleted and where exclude each other for a table "
				 "without mode flag");
	if (given->columns.given && !given->columns.texts[0])
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "option columns names no column");
	rows = dbc_query(host, "archive/export", dbc_text(e->table->schema),
					 dbc_text(e->table->name), dbc_text(e->table->shown),
					 dbc_text(given->columns.text), dbc_bool(e->is_csv),
					 dbc_bool(deleted), dbc_bool(is_marked),
					 deleted && !is_marked
						 ? dbc_get_value(host,
										 dbc_query(host, "archive/kept_rows",
												   dbc_text(e->table->shown)),
										 0, 0)
						 : dbc_null());
	unknown = dbc_get_text_or_null(host, rows, 0, E_UNKNOWN);
	if (unknown)
		dbc_fail(host, DBC_UNDEFINED_COLUMN, NULL, NULL,
				 "table %s has no column %s", e->table->shown, unknown);
	read_columns(host, e, dbc_get_text(host, rows, 0, E_COLUMNS));
	e->query =
		dbc_format(host, "%s%s%s%s%s", dbc_get_text(host, rows, 0, E_QUERY),
				   where ? " and (\n" : "", where ? where : "",
				   where ? "\n)" : "", dbc_get_text(host, rows, 0, E_ORDERING));
	e->is_own = !where;
	if (where)
		check_query(host, e->query, where);
}

/* Counts a row, and reports progress. */
static void
count_row(dbc_host *host, export *e)
{
	if (e->rows++ % ROWS_BETWEEN_REPORTS == 0)
		dbc_progress(host, "exporting", e->rows - 1, e->rows);
}

/* ---- dbarchive_export_rows ---- */

static void
emit_row(dbc_host *host, void *arg, const dbc_value *values)
{
	export *e = arg;

	count_row(host, e);
	dbc_emit(host, dbc_int(e->rows + e->is_csv),
			 dbc_text(make_line(host, e, values)));
}

/* dbarchive_export_rows(relation, options) */
DBC_RUN(dbarchive_export_rows)
{
	export e = {0};

	prepare(
		host, &e, &args->relation,
		dbc_read_options(host, &args->options, dbarchive_export_rows_options));
	if (e.is_csv)
		dbc_emit(host, dbc_int(1), dbc_text(e.header));
	DBC_CALL(host, archive, read)(host, e.query, e.is_own, emit_row, &e);
}

/* ---- dbarchive_export ---- */

/* Writes the block. */
static void
flush(dbc_host *host, export *e)
{
	const char *data = e->block;
	size_t length = e->length;

	if (e->packed && length > 0)
	{
		length = ZSTD_compress(e->packed, ZSTD_compressBound(BLOCK), e->block,
							   e->length, ZSTD_LEVEL);
		if (ZSTD_isError(length))
			dbc_fail(host, "53200", NULL, NULL,
					 "out of memory: a block cannot be compressed");
		data = e->packed;
	}
	e->bytes += (int64_t) length;
	e->length = 0;
	if (e->file)
		DBC_CALL(host, archive, append)(host, e->file, data, length);
}

static void
put(dbc_host *host, export *e, const char *text, size_t length)
{
	while (length > 0)
	{
		size_t part = BLOCK - e->length;

		part = length < part ? length : part;
		memcpy(e->block + e->length, text, part);
		e->length += part;
		text += part;
		length -= part;
		if (e->length == BLOCK)
			flush(host, e);
	}
}

static void
put_line(dbc_host *host, export *e, const char *line)
{
	put(host, e, line, strlen(line));
	put(host, e, "\n", 1);
}

static void
put_row(dbc_host *host, void *arg, const dbc_value *values)
{
	export *e = arg;

	count_row(host, e);
	put_line(host, e, make_line(host, e, values));
}

/* Writes all lines, or with file NULL only counts them. */
static void
write_lines(dbc_host *host, void *arg, dbc_archive_file *file)
{
	export *e = arg;

	e->file = file;
	if (e->is_csv)
		put_line(host, e, e->header);
	DBC_CALL(host, archive, read)(host, e->query, e->is_own, put_row, e);
	flush(host, e);
	dbc_progress_end(host, e->rows);
}

/* dbarchive_export(relation, path, options) */
DBC_RUN(dbarchive_export)
{
	int64_t started = dbc_microseconds();
	const dbarchive_export_options *given =
		dbc_read_options(host, &args->options, dbarchive_export_options);
	bool dry_run = given->dry_run.integer;
	bool compresses =
		given->compress.given && dbc_same(given->compress.text, "zstd");
	dbc_json_node *result = dbc_json_object(host);
	export e = {.block = dbc_alloc(host, BLOCK)};

	/* the first options are those of dbarchive_export_rows() */
	prepare(host, &e, &args->relation,
			(const dbarchive_export_rows_options *) given);
	if (compresses)
		e.packed = dbc_alloc(host, ZSTD_compressBound(BLOCK));
	if (dry_run)
		write_lines(host, &e, NULL);
	else
		DBC_CALL(host, archive, create_file)
	(host, args->path.text, given->overwrite.integer, write_lines, &e);
	DBC_PUT_TEXT(result, table_name, e.table->shown);
	DBC_PUT_TEXT(result, path, args->path.text);
	DBC_PUT_TEXT(result, format, e.is_csv ? "csv" : "ndjson");
	DBC_PUT_TEXT(result, compress, compresses ? "zstd" : "none");
	DBC_PUT_BOOL(result, dry_run, dry_run);
	DBC_PUT_INT(result, rows, e.rows);
	DBC_PUT_INT(result, bytes, e.bytes);
	DBC_PUT_INT(result, duration_ms, (dbc_microseconds() - started) / 1000);
	dbc_json_emit(host, result);
}
