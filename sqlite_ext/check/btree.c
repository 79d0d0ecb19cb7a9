/*
 * btree.c
 *	  The pages and records of B-trees; see fileformat2.html of SQLite.
 */
#include "sqlite_ext/check/btree.h"

#include <limits.h>
#include <string.h>

#define AT_FREE_BLOCK 1
#define AT_CELLS	  3
#define AT_CONTENT	  5
#define AT_FRAGMENTS  7
#define AT_RIGHT	  8

#define SMALLEST_CELL	4
#define FREE_BLOCK_HEAD 4

/* The longest payload that is believed; SQLite's own limit. */
#define LONGEST_PAYLOAD INT64_C(2147483647)

/* ---- numbers ---- */

/* Reads a number of one to nine bytes; returns their count, or 0 if it does not
 * end before the limit. */
static int
read_varint(const unsigned char *bytes, const unsigned char *end,
			uint64_t *number)
{
	*number = 0;
	for (int i = 0; i < 9 && bytes + i < end; i++)
	{
		if (i == 8)
		{
			*number = *number << 8 | bytes[i];
			return 9;
		}
		*number = *number << 7 | (bytes[i] & 0x7f);
		if (bytes[i] < 0x80)
			return i + 1;
	}
	return 0;
}

static int64_t
read_integer(const unsigned char *bytes, int length)
{
	uint64_t number = bytes[0] & 0x80 ? UINT64_MAX : 0;

	for (int i = 0; i < length; i++)
		number = number << 8 | bytes[i];
	return (int64_t) number;
}

/* ---- pages ---- */

/* Tests that the free blocks of a page are in order, and inside it. */
static bool
free_blocks_are_valid(const dbcsl_page_file *f, const dbcsl_tree_page *page,
					  int first)
{
	for (int at = first; at != 0;)
	{
		int next;

		if (at < page->content || at + FREE_BLOCK_HEAD > f->usable)
			return false;
		next = dbcsl_check_short_at(page->bytes + at);
		if (at + dbcsl_check_short_at(page->bytes + at + 2) > f->usable ||
			(next != 0 && next < at + FREE_BLOCK_HEAD))
			return false;
		at = next;
	}
	return true;
}

const char *
dbcsl_check_parse_page(const dbcsl_page_file *f, const unsigned char *bytes,
					   int64_t number, dbcsl_tree_page *page)
{
	int start = number == 1 ? DBCSL_HEADER_SIZE : 0;
	const unsigned char *head = bytes + start;
	int pointers;

	*page =
		(dbcsl_tree_page){.bytes = bytes, .number = number, .kind = head[0]};
	if (page->kind != DBCSL_INTERIOR_INDEX &&
		page->kind != DBCSL_INTERIOR_TABLE && page->kind != DBCSL_LEAF_INDEX &&
		page->kind != DBCSL_LEAF_TABLE)
		return "it is not a page of a table or an index";
	page->of_table =
		page->kind == DBCSL_INTERIOR_TABLE || page->kind == DBCSL_LEAF_TABLE;
	page->is_leaf = page->kind >= DBCSL_LEAF_INDEX;
	page->ncells = dbcsl_check_short_at(head + AT_CELLS);
	page->content = dbcsl_check_short_at(head + AT_CONTENT);
	if (page->content == 0)
		page->content = DBCSL_LARGEST_PAGE;
	pointers = start + (page->is_leaf ? AT_RIGHT : AT_RIGHT + 4);
	page->pointers = bytes + pointers;
	if (page->content > f->usable ||
		pointers + 2 * page->ncells > page->content)
		return "its header contradicts its size";
	if (!page->is_leaf)
		page->right = dbcsl_check_long_at(head + AT_RIGHT);
	page->is_whole = free_blocks_are_valid(
		f, page, dbcsl_check_short_at(head + AT_FREE_BLOCK));
	return NULL;
}

/* How much of a payload is in the page. */
static int
local_length(const dbcsl_page_file *f, bool of_table, int64_t length)
{
	int most = of_table ? f->usable - 35 : (f->usable - 12) * 64 / 255 - 23;
	int least = (f->usable - 12) * 32 / 255 - 23;
	int64_t rest;

	if (length <= most)
		return (int) length;
	rest = least + (length - least) % (f->usable - 4);
	return rest <= most ? (int) rest : least;
}

/* Reads the payload of a cell. */
static bool
parse_payload(const dbcsl_page_file *f, const dbcsl_tree_page *page,
			  const unsigned char *at, uint64_t length, dbcsl_cell *cell)
{
	const unsigned char *end = page->bytes + f->usable;

	if (length > LONGEST_PAYLOAD)
		return false;
	cell->payload = at;
	cell->length = (int64_t) length;
	cell->local = local_length(f, page->of_table, cell->length);
	if (cell->local == cell->length)
		return at + cell->local <= end;
	if (at + cell->local + 4 > end)
		return false;
	cell->overflow = dbcsl_check_long_at(at + cell->local);
	return cell->overflow >= 2 && cell->overflow <= f->pages;
}

bool
dbcsl_check_parse_cell(const dbcsl_page_file *f, const dbcsl_tree_page *page,
					   int number, dbcsl_cell *cell)
{
	int place = dbcsl_check_short_at(page->pointers + (ptrdiff_t) 2 * number);
	const unsigned char *at = page->bytes + place;
	const unsigned char *end = page->bytes + f->usable;
	uint64_t length = 0;
	uint64_t rowid = 0;
	int size;

	*cell = (dbcsl_cell){0};
	if (place < page->content || place + SMALLEST_CELL > f->usable)
		return false;
	if (!page->is_leaf)
	{
		cell->child = dbcsl_check_long_at(at);
		at += 4;
	}
	if (page->kind != DBCSL_INTERIOR_TABLE)
	{
		size = read_varint(at, end, &length);
		if (size == 0)
			return false;
		at += size;
	}
	if (page->of_table)
	{
		size = read_varint(at, end, &rowid);
		if (size == 0)
			return false;
		at += size;
		cell->rowid = (int64_t) rowid;
	}
	return page->kind == DBCSL_INTERIOR_TABLE ||
		   parse_payload(f, page, at, length, cell);
}

int64_t
dbcsl_check_overflow_pages(const dbcsl_page_file *f, const dbcsl_cell *cell)
{
	int64_t rest = cell->length - cell->local;

	return (rest + f->usable - 5) / (f->usable - 4);
}

bool
dbcsl_check_take_overflow(dbcsl_page_file *f, const dbcsl_cell *cell,
						  unsigned char *room, dbcsl_take_page *take, void *arg)
{
	int64_t count = cell->payload ? dbcsl_check_overflow_pages(f, cell) : 0;
	int64_t page = cell->overflow;

	for (; count > 0; count--)
	{
		if (!take(arg, page) || !dbcsl_check_read_page(f, page, room))
			return false;
		page = dbcsl_check_long_at(room);
		if ((page == 0) != (count == 1))
			return false;
	}
	return true;
}

const unsigned char *
dbcsl_check_read_payload(dbcsl_page_file *f, const dbcsl_cell *cell,
						 unsigned char **room, int64_t *size)
{
	int64_t done = cell->local;
	int64_t page = cell->overflow;
	/* behind the payload a page is read, which has the number of the next */
	int64_t need = cell->length + 2 * (int64_t) f->page_size;

	if (cell->local == cell->length)
		return cell->payload;
	/* more than the file has: the length is damaged */
	if (dbcsl_check_overflow_pages(f, cell) > f->pages)
		return NULL;
	if (*size < need)
	{
		*room = dbc_alloc(&f->h->base, (size_t) need);
		*size = need;
	}
	memcpy(*room, cell->payload, (size_t) cell->local);
	while (done < cell->length)
	{
		unsigned char *bytes = *room + need - f->page_size;
		int64_t part = cell->length - done < f->usable - 4 ? cell->length - done
														   : f->usable - 4;

		if (!dbcsl_check_read_page(f, page, bytes))
			return NULL;
		memcpy(*room + done, bytes + 4, (size_t) part);
		done += part;
		page = dbcsl_check_long_at(bytes);
		if ((page == 0) != (done == cell->length))
			return NULL;
	}
	return *room;
}

/* ---- records ---- */

/* The bytes of a value of a serial type; -1 if there is no such type. */
static int64_t
type_length(uint64_t type)
{
	static const int lengths[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, -1, -1};

	return type < 12 ? lengths[type] : (int64_t) ((type - 12) / 2);
}

static void
read_field(uint64_t type, const unsigned char *bytes, int64_t length,
		   dbcsl_field *field)
{
	*field = (dbcsl_field){.bytes = bytes, .length = length};
	if (type == 0)
		field->type = SQLITE_NULL;
	else if (type == 7)
	{
		int64_t number = read_integer(bytes, 8);

		field->type = SQLITE_FLOAT;
		memcpy(&field->real, &number, sizeof(field->real));
	}
	else if (type < 10)
	{
		field->type = SQLITE_INTEGER;
		field->integer =
			type >= 8 ? (int64_t) type - 8 : read_integer(bytes, (int) length);
	}
	else
		field->type = type % 2 ? SQLITE_TEXT : SQLITE_BLOB;
}

int
dbcsl_check_parse_record(const unsigned char *record, int64_t length,
						 dbcsl_field *fields, int most)
{
	const unsigned char *end = record + length;
	const unsigned char *at = record;
	const unsigned char *values;
	uint64_t head;
	int count = 0;
	int size = read_varint(at, end, &head);

	if (size == 0 || head < (uint64_t) size || head > (uint64_t) length)
		return -1;
	at += size;
	values = record + head;
	for (; at < record + head; at += size, count++)
	{
		uint64_t type;
		int64_t bytes;

		size = read_varint(at, record + head, &type);
		bytes = size == 0 || type > INT_MAX ? -1 : type_length(type);
		if (bytes < 0 || bytes > end - values)
			return -1;
		if (count < most)
			read_field(type, values, bytes, &fields[count]);
		values += bytes;
	}
	return values == end ? count : -1;
}
