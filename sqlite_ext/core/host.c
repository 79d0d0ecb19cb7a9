/*
 * host.c
 *	  The host of one SQL call: its arena, and the rows of its result.
 */
#include "sqlite_ext/core/host.h"
#include "sqlite_ext/core/rooms.h"

#include <pwd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/core/asserts.h"
#include "common/core/result.h"
#include "common/core/text.h"

/* Alignment of the arena, as of sqlite3_malloc64(); sufficient for all types
 * but long double. */
#define UNIT 8

/* The size of an ordinary arena block; larger requests get a separate block. */
#define BLOCK_SIZE 16368

typedef struct dbcsl_arena_block
{
	struct dbcsl_arena_block *next;
	char memory[];
} dbcsl_arena_block;

/* ---- the arena ---- */

/* Allocates a separate block, inserted after the newest one, which has free
 * space. */
static void *
take_block(dbcsl_host *h, size_t size)
{
	dbcsl_arena_block *block = sqlite3_malloc64(sizeof(*block) + size);
	dbcsl_arena_block **place = h->blocks ? &h->blocks->next : &h->blocks;

	if (!block)
		return NULL;
	block->next = *place;
	*place = block;
	return memset(block->memory, 0, size);
}

/* Zeroed memory, or NULL. */
static void *
take(dbcsl_host *h, size_t size)
{
	char *memory;

	if (size > BLOCK_SIZE / 4)
		return take_block(h, size);
	size = (size + UNIT - 1) / UNIT * UNIT;
	if (size > h->room)
	{
		dbcsl_arena_block *block =
			sqlite3_malloc64(sizeof(*block) + BLOCK_SIZE);

		if (!block)
			return NULL;
		block->next = h->blocks;
		h->blocks = block;
		h->room = BLOCK_SIZE;
	}
	memory = h->blocks->memory + BLOCK_SIZE - h->room;
	h->room -= size;
	return memset(memory, 0, size);
}

void *
dbcsl_alloc(dbc_host *host, size_t size)
{
	dbcsl_host *h = dbcsl_of(host);
	void *memory = take(h, size);

	if (!memory)
		dbcsl_fail_memory(h);
	return memory;
}

const char *
dbcsl_printf(dbcsl_host *h, const char *format, ...)
{
	va_list args;
	char *text;
	char *copy = NULL;

	va_start(args, format);
	text = sqlite3_vmprintf(format, args);
	va_end(args);
	if (text)
		copy = take(h, strlen(text) + 1);
	if (copy)
		memcpy(copy, text, strlen(text));
	sqlite3_free(text);
	if (!copy)
		dbcsl_fail_memory(h);
	return copy;
}

const char *
dbcsl_quote_always(dbc_host *host, const char *name)
{
	return dbcsl_printf(dbcsl_of(host), "\"%w\"", name);
}

/* ---- the result ---- */

/* Exchanges the arena with that of the result, which lasts until the call ends
 * while other memory is freed before. */
static void
exchange_arenas(dbcsl_host *h)
{
	dbcsl_arena_block *blocks = h->blocks;
	size_t room = h->room;

	h->blocks = h->result_blocks;
	h->room = h->result_room;
	h->result_blocks = blocks;
	h->result_room = room;
}

/* A result row with its texts. */
static dbcsl_result_row *
make_row(dbcsl_host *h, const dbc_value *values, size_t ncolumns)
{
	size_t size = sizeof(dbcsl_result_row) + ncolumns * sizeof(*values);
	const char **texts = dbcsl_alloc(&h->base, (ncolumns + 1) * sizeof(*texts));
	dbcsl_result_row *row;
	char *end;

	for (size_t i = 0; i < ncolumns; i++)
		if (values[i].text)
		{
			texts[i] = dbc_readable(&h->base, values[i].text);
			size += strlen(texts[i]) + 1;
		}
	exchange_arenas(h);
	row = take(h, size);
	exchange_arenas(h);
	if (!row)
		dbcsl_fail_memory(h);
	memcpy(row->values, values, ncolumns * sizeof(*values));
	end = (char *) &row->values[ncolumns];
	for (size_t i = 0; i < ncolumns; i++)
		if (texts[i])
		{
			row->values[i].text = end;
			end = stpcpy(end, texts[i]) + 1;
		}
	return row;
}

void
dbcsl_emit(dbc_host *host, const dbc_value *values)
{
	dbcsl_host *h = dbcsl_of(host);
	const dbc_field *column = host->function->columns;
	size_t ncolumns = 0;
	dbcsl_result_row *row;

	while (column[ncolumns].type != DBC_T_END)
		ncolumns++;
	if (host->function->result != DBC_T_ROWS)
		ncolumns = 1;
	row = make_row(h, values, ncolumns);
	if (h->last_row)
		h->last_row->next = row;
	else
		h->rows = row;
	h->last_row = row;
}

/* ---- freeing parts of the arena ---- */

void
dbcsl_free_blocks(dbcsl_arena_block *blocks)
{
	dbcsl_arena_block *next;

	for (; blocks; blocks = next)
	{
		next = blocks->next;
		sqlite3_free(blocks);
	}
}

void
dbcsl_move_memory(dbcsl_host *from, dbcsl_host *to)
{
	dbcsl_arena_block **end = &from->blocks;

	if (!from->blocks)
		return;
	while (*end)
		end = &(*end)->next;
	*end = to->blocks;
	to->blocks = from->blocks;
	to->room = from->room;
	from->blocks = NULL;
	from->room = 0;
}

/* ---- opening and closing ---- */

const char *
dbcsl_get_user(dbcsl_host *h)
{
	char buffer[4096];
	struct passwd entry;
	struct passwd *found = NULL;

	if (getpwuid_r(geteuid(), &entry, buffer, sizeof(buffer), &found) == 0 &&
		found)
		return dbc_copy(&h->base, entry.pw_name, strlen(entry.pw_name));
	return dbc_format(&h->base, "%lu", (unsigned long) geteuid());
}

_Atomic bool dbcsl_asserts;

void
dbcsl_open_with(dbcsl_host *h, const struct dbc_seam *seam, sqlite3 *db,
				const dbc_function *fn)
{
	memset(h, 0, sizeof(*h));
	h->base = (dbc_host){
		.seam = seam,
		.engine = DBC_ON_SQLITE,
		.traits = &dbcsl_traits,
		.engine_name = "sqlite",
		.engine_title = "SQLite",
		.table_prefix = "dbcare_",
		.corrupt_hint = "Check whether the application replaces functions of "
						"SQLite or has an authorizer that ignores columns.",
		.rooms = dbcsl_rooms,
		.sql = dbcsl_sql,
		.nsql = dbcsl_sql_count,
		.function = fn,
		.assert_result = dbcsl_asserts ? dbc_assert_result : NULL,
	};
	h->db = db;
	h->file = -1;
	h->wait_ms = -1;
	h->written = "main";
}

void
dbcsl_close(dbcsl_host *h)
{
	/* only memory remains */
	DBC_ASSERT(&h->base, !h->pad && !h->uncached && !h->tried && !h->cached &&
							 !h->reader && !h->rollback && !h->directory &&
							 h->file < 0 && !h->progress.function);
	dbcsl_free_blocks(h->blocks);
	dbcsl_free_blocks(h->result_blocks);
	h->blocks = h->result_blocks = NULL;
	h->room = h->result_room = 0;
}
