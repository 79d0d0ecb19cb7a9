/*
 * keyset.c
 *	  A set of keys with a memory limit.
 */
#include "common/check/keyset.h"

#include <string.h>

/* Slots of the smallest hash table. */
#define MIN_SLOTS 64

/* A bitmap of this size in bytes is always used. */
#define SMALL_RANGE 65536

/* ---- the set ---- */

/* Allocates from the pool; NULL if its limit is reached. */
static void *
take(dbc_check_keyset *set, size_t size)
{
	void *memory = set->pool->get(set->pool, size);

	if (memory)
		set->pool->room -= size;
	return memory;
}

static void
give_back(dbc_check_keyset *set, void *memory, size_t size)
{
	if (!memory)
		return;
	set->pool->put(set->pool, memory);
	set->pool->room += size;
}

/* The size in bytes of a bitmap for a range. */
static uint64_t
bits_size(int64_t low, int64_t high)
{
	uint64_t range = (uint64_t) high - (uint64_t) low;

	return (range / 64 + 1) * sizeof(uint64_t);
}

/* The number of slots for so many keys, at least a quarter of them free. */
static size_t
slots_for(int64_t nkeys)
{
	size_t nslots = MIN_SLOTS;

	while (nslots < SIZE_MAX / 16 && nslots / 4 * 3 < (uint64_t) nkeys)
		nslots *= 2;
	return nslots;
}

void
dbc_check_keyset_open(dbc_check_keyset *set, dbc_check_memory_pool *pool,
					  int64_t low, int64_t high, int64_t nkeys)
{
	uint64_t size;

	memset(set, 0, sizeof(*set));
	set->pool = pool;
	set->low = 1;
	set->factor = pool->seed | 1;
	set->nkeys = nkeys > 0 ? nkeys : 0;
	if (low > high)
		return;
	size = bits_size(low, high);
	if (size > pool->room ||
		(size > SMALL_RANGE && size / sizeof(uint64_t) > slots_for(set->nkeys)))
		return;
	set->low = low;
	set->high = high;
	set->bits = take(set, (size_t) size);
}

void
dbc_check_keyset_close(dbc_check_keyset *set)
{
	if (set->bits)
		give_back(set, set->bits, (size_t) bits_size(set->low, set->high));
	give_back(set, set->slots, set->nslots * sizeof(*set->slots));
	set->bits = NULL;
	set->slots = NULL;
	set->nslots = 0;
}

/* Allocates an empty hash table, with fewer slots if memory is short; false if
 * there is not even memory for the smallest. */
static bool
make_table(dbc_check_keyset *set)
{
	size_t nslots = slots_for(set->nkeys);

	while (nslots > MIN_SLOTS && nslots > set->pool->room / sizeof(*set->slots))
		nslots /= 2;
	if (nslots > set->pool->room / sizeof(*set->slots))
		return false;
	set->slots = take(set, nslots * sizeof(*set->slots));
	if (!set->slots)
		return false;
	set->nslots = nslots;
	for (set->shift = 64; nslots > 1; nslots /= 2)
		set->shift--;
	return true;
}

/* Inserts a new key into the hash table. */
static void
put_key(dbc_check_keyset *set, uint64_t key)
{
	size_t slot = dbc_check_keyset_slot(set, key);

	while (set->slots[slot])
		slot = (slot + 1) & (set->nslots - 1);
	set->slots[slot] = key;
}

/* Doubles the hash table; false if memory does not suffice for both tables. */
static bool
grow_table(dbc_check_keyset *set)
{
	uint64_t *old = set->slots;
	size_t nold = set->nslots;
	uint64_t *larger;

	if (2 * nold > set->pool->room / sizeof(*old))
		return false;
	larger = take(set, 2 * nold * sizeof(*old));
	if (!larger)
		return false;
	set->slots = larger;
	set->nslots = 2 * nold;
	set->shift--;
	for (size_t i = 0; i < nold; i++)
		if (old[i])
			put_key(set, old[i]);
	give_back(set, old, nold * sizeof(*old));
	return true;
}

/* Whether the hash table can take one more key: a quarter of the slots must
 * stay free, or an eighth if it cannot grow. */
static bool
make_room(dbc_check_keyset *set)
{
	if (set->nslots == 0)
		return make_table(set);
	if (set->used < set->nslots / 4 * 3 || grow_table(set))
		return true;
	return set->used < set->nslots / 8 * 7;
}

bool
dbc_check_keyset_add(dbc_check_keyset *set, uint64_t key)
{
	uint64_t offset = key - (uint64_t) set->low;
	bool there = dbc_check_keyset_has(set, key);

	if (there || set->full)
		return there;
	if (set->bits && offset <= (uint64_t) set->high - (uint64_t) set->low)
		set->bits[offset >> 6] |= UINT64_C(1) << (offset & 63);
	else if (key == 0)
		set->has_zero = true;
	else if (!make_room(set))
		set->full = true;
	else
	{
		put_key(set, key);
		set->used++;
	}
	return false;
}

/* ---- fingerprints ---- */

/* Rotates a number to the left. */
static inline uint64_t
turned(uint64_t number, int bits)
{
	return number << bits | number >> (64 - bits);
}

/* One round of SipHash. */
static inline void
stir(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = turned(v[1], 13) ^ v[0];
	v[0] = turned(v[0], 32);
	v[2] += v[3];
	v[3] = turned(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = turned(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = turned(v[1], 17) ^ v[2];
	v[2] = turned(v[2], 32);
}

/* Adds bytes to a fingerprint: SipHash-1-3 with the previous fingerprint as
 * key. */
uint64_t
dbc_check_key_fingerprint(uint64_t seed, const void *bytes, size_t length)
{
	const unsigned char *next = bytes;
	uint64_t last = (uint64_t) length << 56;
	uint64_t v[4] = {seed ^ UINT64_C(0x736f6d6570736575),
					 seed ^ UINT64_C(0x646f72616e646f6d),
					 seed ^ UINT64_C(0x6c7967656e657261),
					 seed ^ UINT64_C(0x7465646279746573)};
	uint64_t word;

	for (; length >= sizeof(word); length -= sizeof(word), next += sizeof(word))
	{
		memcpy(&word, next, sizeof(word));
		v[3] ^= word;
		stir(v);
		v[0] ^= word;
	}
	for (size_t i = 0; i < length; i++)
		last |= (uint64_t) next[i] << (8 * i);
	v[3] ^= last;
	stir(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	for (size_t i = 0; i < 3; i++)
		stir(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
