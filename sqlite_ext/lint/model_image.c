/*
 * model_image.c
 *	  Copying a schema as a whole.
 *
 * Each CREATE statement makes SQLite look through the schema table, so
 * thousands of them take the square of their number.  Instead a database is
 * made with an empty page for each table and index, and the rows of the
 * schema table are put into it as they are; SQLite then reads them at once,
 * as it does when it opens a file.
 */
#include "sqlite_ext/lint/model.h"

#include <string.h>

/* The smallest page size: pages stay empty. */
#define PAGE 512

/* Bytes before the first page's tree, and kinds of an empty leaf. */
#define HEADER	   100
#define TABLE_LEAF 0x0d
#define INDEX_LEAF 0x0a

/* Columns of the query below. */
enum
{
	TYPE,
	NAME,
	TABLE,
	SQL,
	IS_STORED, /* has a page */
	IS_INDEX   /* ... of an index: so has a table without rowids */
};

/* The schema table of the caller's connection without virtual and shadow
 * tables, which are copied one by one. */
static const dbc_rows *
read_schema_table(dbcsl_host *h, const char *schema)
{
	return dbc_query_text(
		&h->base,
		dbcsl_printf(h,
					 "with list as (select name, type, wr "
					 "from temp.pragma_table_list where schema = %Q) "
					 "select type, name, tbl_name, sql, rootpage > 0, "
					 "type = 'index' or "
					 "name in (select name from list where wr) "
					 "from \"%w\".sqlite_schema where tbl_name not in "
					 "(select name from list where type in "
					 "('shadow', 'virtual')) order by rowid",
					 schema, schema));
}

/* Writes a number, the highest byte first. */
static void
put_number(unsigned char *place, unsigned number)
{
	place[0] = (unsigned char) (number >> 24);
	place[1] = (unsigned char) (number >> 16);
	place[2] = (unsigned char) (number >> 8);
	place[3] = (unsigned char) number;
}

/* Makes an empty leaf of a tree. */
static void
put_leaf(unsigned char *place, unsigned char kind)
{
	place[0] = kind;
	place[5] = PAGE >> 8; /* the cells, of which there are none, begin at the
						   * end of the page */
}

/* A database with a page per row of the schema table; for SQLite to free. */
static unsigned char *
make_image(dbcsl_host *h, const dbc_rows *rows, sqlite3_int64 *size)
{
	unsigned npages = (unsigned) rows->nrows + 1;
	unsigned char *kinds = dbc_alloc(&h->base, npages);
	unsigned char *image;

	/* first, since reading a value may fail and would leak the image */
	for (int i = 0; i < rows->nrows; i++)
		kinds[i] =
			dbc_get_bool(&h->base, rows, i, IS_INDEX) ? INDEX_LEAF : TABLE_LEAF;
	*size = (sqlite3_int64) npages * PAGE;
	image = sqlite3_malloc64((sqlite3_uint64) *size);
	if (!image)
		dbcsl_fail_memory(h);
	memset(image, 0, (size_t) *size);
	memcpy(image, "SQLite format 3", 16);
	image[16] = PAGE >> 8;
	image[18] = image[19] = 1; /* a rollback journal, no log */
	image[21] = 64;			   /* as the file format asks for */
	image[22] = image[23] = 32;
	put_number(image + 24, 1); /* changes */
	put_number(image + 28, npages);
	put_number(image + 40, 1); /* schema cookie */
	put_number(image + 44, 4); /* schema format */
	put_number(image + 56, 1); /* UTF-8 */
	put_number(image + 92, 1); /* changes when npages was right */
	put_number(image + 96, (unsigned) sqlite3_libversion_number());
	put_leaf(image + HEADER, TABLE_LEAF);
	for (int i = 0; i < rows->nrows; i++)
		put_leaf(image + (size_t) (i + 1) * PAGE, kinds[i]);
	return image;
}

/* Puts the rows into the schema table; false if SQLite refuses one. */
static bool
fill_schema_table(dbcsl_lint_model *model, const char *schema,
				  const dbc_rows *rows)
{
	int code = sqlite3_prepare_v2(
		model->db,
		dbcsl_printf(model->h,
					 "insert into \"%w\".sqlite_schema values (?, ?, ?, ?, ?)",
					 schema),
		-1, &model->statement, NULL);

	for (int i = 0; code == SQLITE_OK && i < rows->nrows; i++)
	{
		for (int column = TYPE; column <= TABLE; column++)
			sqlite3_bind_text(
				model->statement, column + 1,
				dbc_get_text_or_null(&model->h->base, rows, i, column), -1,
				SQLITE_STATIC);
		sqlite3_bind_int(
			model->statement, 4,
			dbc_get_bool(&model->h->base, rows, i, IS_STORED) ? i + 2 : 0);
		sqlite3_bind_text(model->statement, 5,
						  dbc_get_text_or_null(&model->h->base, rows, i, SQL),
						  -1, SQLITE_STATIC);
		sqlite3_step(model->statement);
		code = sqlite3_reset(model->statement);
	}
	dbcsl_lint_finalize_model_statement(model);
	if (code == SQLITE_NOMEM)
		dbcsl_fail_memory(model->h);
	return code == SQLITE_OK;
}

/* Deserializes pages as a database of the model.  Before 3.39 extensions cannot
 * call sqlite3_deserialize(). */
static bool
open_image(dbcsl_lint_model *model, const char *schema, const dbc_rows *rows)
{
#if SQLITE_VERSION_NUMBER >= 3039000
	sqlite3_int64 size;
	unsigned char *image;

	if (sqlite3_libversion_number() >= 3039000 &&
		!sqlite3_compileoption_used("OMIT_DESERIALIZE"))
	{
		image = make_image(model->h, rows, &size);
		/* it frees the image even on failure */
		return sqlite3_deserialize(model->db, schema, image, size, size,
								   SQLITE_DESERIALIZE_FREEONCLOSE |
									   SQLITE_DESERIALIZE_RESIZEABLE) ==
			   SQLITE_OK;
	}
#else
	(void) model;
	(void) schema;
	(void) rows;
#endif
	return false;
}

/* Replaces a database of the model by the image of a schema table. */
static bool
load_image(dbcsl_lint_model *model, const char *schema, const dbc_rows *rows)
{
	bool filled;

	if (!open_image(model, schema, rows))
		return false;
	sqlite3_db_config(model->db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
	dbcsl_lint_model_try(model, "begin", true);
	filled = fill_schema_table(model, schema, rows);
	dbcsl_lint_model_try(model, "commit", true);
	dbcsl_lint_model_try(model, "pragma writable_schema = reset", true);
	return filled &&
		   !dbcsl_lint_model_try(
			   model,
			   dbcsl_printf(model->h, "select 1 from \"%w\".sqlite_schema",
							schema),
			   false);
}

/* Copies a schema of the caller's connection. */
static void
copy_schema(dbc_host *host, void *arg)
{
	dbcsl_lint_model_schema *schema = arg;
	dbcsl_lint_model *model = dbcsl_of(host)->lint;

	schema->is_whole = load_image(
		model, schema->name, read_schema_table(dbcsl_of(host), schema->name));
}

void
dbcsl_lint_copy_images(dbcsl_lint_model *model)
{
	static const dbc_rows none = {0};

	for (int i = 0; i < model->nschemas; i++)
	{
		dbcsl_lint_model_schema *schema = &model->schemas[i];

		if (strcmp(schema->name, "temp") == 0)
			continue;
		if (!dbcsl_try(model->h, copy_schema, schema) &&
			dbcsl_is_unguarded_error(&model->h->error))
			dbcsl_rethrow(model->h);
		/* a partial copy would be in the way */
		if (!schema->is_whole)
			load_image(model, schema->name, &none);
	}
}
