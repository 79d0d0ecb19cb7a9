/*
 * document.c
 *	  JSON documents that functions return, read by SQLite's functions of JSON.
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "cli/document.h"
#include "cli/text.h"

/* The connection that reads them, opened once. */
static cli_database *
reader(void)
{
	static cli_database db;

	if (!db.connection)
	{
		sqlite3 *connection;

		if (sqlite3_open(":memory:", &connection) != SQLITE_OK)
			abort();
		db.connection = connection;
		db.driver = &cli_sqlite_driver;
	}
	return &db;
}

static cli_result
read_document(const char *sql, const char *json, const char *path)
{
	const char *params[] = {json, path};
	cli_database *db = reader();
	cli_result result;

	if (!db->driver->run(db, sql, path ? 2 : 1, params, &result))
		result = cli_new_result(0, 0);
	return result;
}

cli_result
cli_entries(const char *json)
{
	return read_document(
		"select key, case type when 'true' then 'true' when 'false' then "
		"'false' else value end as value, type from json_each(?1) "
		"where json_type(?1) in ('array', 'object')",
		json, NULL);
}

/* The value of a result with one, which is freed. */
static char *
take_value(cli_result result)
{
	char *value = NULL;

	if (result.nrows == 1)
	{
		value = result.cells[0];
		result.cells[0] = NULL;
	}
	cli_free_result(&result);
	return value;
}

char *
cli_at(const char *json, const char *path)
{
	return take_value(
		read_document("select case json_type(?1, ?2) when 'true' then 'true' "
					  "when 'false' then 'false' else json_extract(?1, ?2) end",
					  json, path));
}

char *
cli_worst_finding(const char *report)
{
	return take_value(read_document(
		"select coalesce((select value ->> 'message' "
		"from json_each(?1, '$.checks') "
		"where value ->> 'severity' in ('critical', 'warning') "
		"order by value ->> 'severity', value ->> 'penalty' desc limit 1), "
		"?1 ->> '$.cap')",
		report, NULL));
}

bool
cli_is_null(const char *json, const char *path)
{
	cli_result result =
		read_document("select json_type(?1, ?2) = 'null'", json, path);
	bool is_null = result.nrows == 1 && result.cells[0] &&
				   strcmp(result.cells[0], "1") == 0;

	cli_free_result(&result);
	return is_null;
}

cli_result
cli_keys(const char *array)
{
	return read_document(
		"select m.key from json_each(?1) e, json_each(e.value) m "
		"where e.type = 'object' group by m.key order by min(e.id), min(m.id)",
		array, NULL);
}
