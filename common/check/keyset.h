/*
 * keyset.h
 *	  A set of keys with a memory limit: a bitmap for a range of integers, a
 *	  hash table of 64-bit keys for all others.
 *
 * A key is an integer, which is exact, or the fingerprint of a key of another
 * type (dbc_check_key_fingerprint()).  Two different keys have the same
 * fingerprint with a probability of 2^-64.  Slots and fingerprints depend on
 * the seed of the pool, so that colliding data cannot be crafted.
 *
 * A set is not in the host's arena: its memory comes from calloc-like functions
 * of the caller, who frees it on every path.
 */
#ifndef DBC_CHECK_KEYSET_H
#define DBC_CHECK_KEYSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dbc_check_memory_pool
{
	/* returns zeroed memory; NULL, or does not return, if there is none */
	void *(*get)(struct dbc_check_memory_pool *pool, size_t size);
	void (*put)(struct dbc_check_memory_pool *pool, void *memory);
	size_t room;   /* bytes left; updated by the sets */
	uint64_t seed; /* a random number */
} dbc_check_memory_pool;

typedef struct dbc_check_keyset
{
	dbc_check_memory_pool *pool;
	int64_t low; /* range of bits[], if it is used */
	int64_t high;
	uint64_t *bits;
	uint64_t *slots; /* open addressing; 0 is free */
	size_t nslots;	 /* a power of 2, or 0 */
	size_t used;
	uint64_t factor; /* spreads keys over slots; odd */
	int shift;		 /* yields a slot number from a 64-bit hash */
	int64_t nkeys;	 /* expected number */
	bool has_zero;	 /* the key 0 is in the hash table */
	bool full;		 /* a key did not fit: the set cannot be used */
} dbc_check_keyset;

/* Opens an empty set for about nkeys keys (0: unknown), most of them in the
 * range low .. high (low > high: unknown).  A bitmap is used for the range if
 * it fits into memory and is no larger than a hash table of nkeys. */
extern void dbc_check_keyset_open(dbc_check_keyset *set,
								  dbc_check_memory_pool *pool, int64_t low,
								  int64_t high, int64_t nkeys);

extern void dbc_check_keyset_close(dbc_check_keyset *set);

/* Adds a key; returns whether it was there.  Sets full if it does not fit. */
extern bool dbc_check_keyset_add(dbc_check_keyset *set, uint64_t key);

static inline bool dbc_check_keyset_has(const dbc_check_keyset *set,
										uint64_t key);

/* Adds bytes to a fingerprint, which starts as the seed. */
extern uint64_t dbc_check_key_fingerprint(uint64_t seed, const void *bytes,
										  size_t length);

/* ---- inline: called per row and key of a scan ---- */

/* The first slot to probe for a key. */
static inline size_t
dbc_check_keyset_slot(const dbc_check_keyset *set, uint64_t key)
{
	return (size_t) (key * set->factor >> set->shift);
}

static inline bool
dbc_check_keyset_has(const dbc_check_keyset *set, uint64_t key)
{
	uint64_t offset = key - (uint64_t) set->low;
	size_t slot;

	if (set->bits && offset <= (uint64_t) set->high - (uint64_t) set->low)
		return (set->bits[offset >> 6] >> (offset & 63)) & 1;
	if (key == 0)
		return set->has_zero;
	if (set->nslots == 0)
		return false;
	for (slot = dbc_check_keyset_slot(set, key); set->slots[slot];
		 slot = (slot + 1) & (set->nslots - 1))
		if (set->slots[slot] == key)
			return true;
	return false;
}

#endif /* DBC_CHECK_KEYSET_H */
