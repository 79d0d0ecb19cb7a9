/*
 * digest.c
 *	  Digests of the rows of a table, or of another query.
 *
 * A digest depends neither on the order of the rows nor on that of the columns:
 * the numbers of all rows are added up, and the number of a row comes from its
 * values in the order of the names of their columns.  A sum per column allows
 * tables to be compared that have not all columns in common; it says which
 * values a column has, not in which rows.
 */
#include "sqlite_ext/migrate/digest.h"
#include "sqlite_ext/trust/prepare.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/sort.h"
#include "common/core/text.h"

/* A column while the table is read. */
typedef struct column
{
	const char *name;
	int place;
} column;

/* The order of columns, for qsort. */
static int
compare_columns(const void *left, const void *right)
{
	return sqlite3_stricmp(((const column *) left)->name,
						   ((const column *) right)->name);
}

/* Stirs a number so that all of its bits depend on each other. */
static uint64_t
stirred(uint64_t number)
{
	number = (number ^ (number >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	number = (number ^ (number >> 27)) * UINT64_C(0x94d049bb133111eb);
	return number ^ (number >> 31);
}

/* A number for bytes. */
static uint64_t
hash_bytes(const unsigned char *bytes, size_t length)
{
	uint64_t hash = stirred(length);

	for (; length >= 8; bytes += 8, length -= 8)
	{
		uint64_t word;

		memcpy(&word, bytes, 8);
		hash = stirred(hash + word);
	}
	for (; length > 0; bytes++, length--)
		hash = stirred(hash + *bytes);
	return hash;
}

/* A number for a value of the row a statement is at. */
static uint64_t
hash_value(dbcsl_host *h, sqlite3_stmt *statement, int place)
{
	int type = sqlite3_column_type(statement, place);
	const void *bytes;
	sqlite3_int64 integer;
	double real;
	uint64_t hash;

	switch (type)
	{
		case SQLITE_INTEGER:
			integer = sqlite3_column_int64(statement, place);
			hash = stirred((uint64_t) integer);
			break;
		case SQLITE_FLOAT:
			real = sqlite3_column_double(statement, place);
			hash = hash_bytes((const unsigned char *) &real, sizeof(real));
			break;
		case SQLITE_NULL:
			hash = 0;
			break;
		default:
			bytes = sqlite3_column_blob(statement, place);
			if (!bytes && sqlite3_errcode(h->db) == SQLITE_NOMEM)
				dbcsl_fail_memory(h);
			hash = hash_bytes(bytes,
							  (size_t) sqlite3_column_bytes(statement, place));
	}
	return stirred(hash + (uint64_t) type);
}

/* Adds the row a statement is at. */
static void
add_row(dbcsl_host *h, sqlite3_stmt *statement, const column *columns,
		dbcsl_migrate_digest *digest)
{
	uint64_t row = 0;

	for (int i = 0; i < digest->ncolumns; i++)
	{
		uint64_t value = hash_value(h, statement, columns[i].place);

		digest->sums[i] += value;
		digest->types[i][sqlite3_column_type(statement, columns[i].place)]++;
		row = stirred(row + value);
	}
	digest->rows++;
	digest->sum += row;
}

/* Reads all rows that a query gives. */
dbcsl_migrate_digest *
dbcsl_migrate_read_digest(dbcsl_host *h, const char *query)
{
	dbcsl_migrate_digest *digest = dbcsl_alloc(&h->base, sizeof(*digest));
	sqlite3_stmt *statement = dbcsl_prepare(h, query);
	int ncolumns = sqlite3_column_count(statement);
	size_t size = (size_t) ncolumns;
	column *columns = dbcsl_alloc(&h->base, (size + 1) * sizeof(*columns));
	int code;

	digest->ncolumns = ncolumns;
	digest->names = dbcsl_alloc(&h->base, (size + 1) * sizeof(*digest->names));
	digest->sums = dbcsl_alloc(&h->base, (size + 1) * sizeof(*digest->sums));
	digest->types = dbcsl_alloc(&h->base, (size + 1) * sizeof(*digest->types));
	for (int i = 0; i < ncolumns; i++)
		columns[i] = (column){
			dbcsl_printf(h, "%s", sqlite3_column_name(statement, i)), i};
	dbc_sort(columns, size, sizeof(*columns), compare_columns);
	for (int i = 0; i < ncolumns; i++)
		digest->names[i] = columns[i].name;
	while ((code = sqlite3_step(statement)) == SQLITE_ROW)
		add_row(h, statement, columns, digest);
	if (code != SQLITE_DONE)
		dbcsl_fail_engine(h, code);
	dbcsl_finalize_statement(h);
	return digest;
}

/* Whether two digests are of the same columns. */
static bool
same_columns(const dbcsl_migrate_digest *digest,
			 const dbcsl_migrate_digest *other)
{
	if (digest->ncolumns != other->ncolumns)
		return false;
	for (int i = 0; i < digest->ncolumns; i++)
		if (sqlite3_stricmp(digest->names[i], other->names[i]) != 0)
			return false;
	return true;
}

/* Whether a digest has a column. */
static bool
has_column(const dbcsl_migrate_digest *digest, const char *name)
{
	for (int i = 0; i < digest->ncolumns; i++)
		if (sqlite3_stricmp(digest->names[i], name) == 0)
			return true;
	return false;
}

/* A digest as text, of the columns that another one has, too. */
const char *
dbcsl_migrate_digest_text(dbcsl_host *h, const dbcsl_migrate_digest *digest,
						  const dbcsl_migrate_digest *other)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, &h->base);
	dbc_append_format(&buffer, "%llu", (unsigned long long) digest->rows);
	if (!other || same_columns(digest, other))
		dbc_append_format(&buffer, " %016llx",
						  (unsigned long long) digest->sum);
	else
		for (int i = 0; i < digest->ncolumns; i++)
			if (has_column(other, digest->names[i]))
				dbc_append_format(&buffer, " %016llx",
								  (unsigned long long) digest->sums[i]);
	return buffer.data;
}
