/*
 * memory.c
 *	  The arena of a call.
 */
#include "wire/core/host.h"

#include <stdlib.h>

/* Alignment of the arena; sufficient for all types but long double. */
#define UNIT 8

/* The size of an ordinary arena block; larger requests get a separate block. */
#define BLOCK_SIZE 65520

typedef struct dbcw_arena_block
{
	struct dbcw_arena_block *next;
	char memory[];
} dbcw_arena_block;

/* Adds a block behind the newest one, which has free space, or before it. */
static dbcw_arena_block *
add_block(dbcw_host *h, size_t size, bool is_newest)
{
	dbcw_arena_block *block = calloc(1, sizeof(*block) + size);
	dbcw_arena_block **place =
		h->blocks && !is_newest ? &h->blocks->next : &h->blocks;

	if (!block)
		dbcw_fail_memory(h);
	block->next = *place;
	*place = block;
	return block;
}

void *
dbcw_alloc(dbc_host *host, size_t size)
{
	dbcw_host *h = dbcw_of(host);
	char *memory;

	if (size > BLOCK_SIZE / 4)
	{
		/* the first block has no room of its own */
		if (!h->blocks)
			h->room = 0;
		return add_block(h, size, false)->memory;
	}
	size = (size + UNIT - 1) / UNIT * UNIT;
	if (size > h->room)
	{
		(void) add_block(h, BLOCK_SIZE, true);
		h->room = BLOCK_SIZE;
	}
	memory = h->blocks->memory + BLOCK_SIZE - h->room;
	h->room -= size;
	return memory;
}

void
dbcw_keep_memory(dbcw_host *h, dbcw_arena_block *blocks)
{
	dbcw_arena_block **end = &h->blocks;

	while (*end)
		end = &(*end)->next;
	*end = blocks;
}

void
dbcw_close(dbcw_host *h)
{
	while (h->blocks)
	{
		dbcw_arena_block *next = h->blocks->next;

		free(h->blocks);
		h->blocks = next;
	}
	h->room = 0;
}
