/*
 * keyset.c
 *	  Sets of keys: what is in them, and what memory they take.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/check/keyset.h"

/* A pool that counts what is taken. */
typedef struct counted
{
	dbc_check_memory_pool base;
	int taken;
	bool none; /* there is no memory */
} counted;

static void *
get(dbc_check_memory_pool *pool, size_t size)
{
	void *memory;

	assert_true(size <= pool->room);
	if (((counted *) pool)->none)
		return NULL;
	memory = calloc(1, size);
	assert_non_null(memory);
	((counted *) pool)->taken++;
	return memory;
}

static void
put(dbc_check_memory_pool *pool, void *memory)
{
	((counted *) pool)->taken--;
	free(memory);
}

static counted
pool_of(size_t room)
{
	return (counted){{get, put, room, UINT64_C(0x123456789abcdef1)}, 0, false};
}

/* Adds count keys, each of them twice, and asks for them and others. */
static void
fill(dbc_check_keyset *set, uint64_t first, uint64_t step, int count)
{
	int i;

	for (i = 0; i < count; i++)
	{
		uint64_t key = first + (uint64_t) i * step;

		assert_false(dbc_check_keyset_has(set, key));
		assert_false(dbc_check_keyset_add(set, key));
		assert_true(dbc_check_keyset_add(set, key));
	}
	assert_false(set->full);
	for (i = 0; i < count; i++)
		assert_true(dbc_check_keyset_has(set, first + (uint64_t) i * step));
	assert_false(dbc_check_keyset_has(set, first - step));
	assert_false(dbc_check_keyset_has(set, first + (uint64_t) count * step));
}

static void
a_set_frees_its_memory(void **state)
{
	static const struct
	{
		int64_t low;
		int64_t high;
		int64_t nkeys;
		uint64_t first;
		uint64_t step;
		bool bits;
	} cases[] = {
		{1, 100000, 100000, 1, 1, true},
		{-50000, 50000, 0, (uint64_t) -50000, 3, true},
		{INT64_MIN, INT64_MIN + 300000, 0, (uint64_t) INT64_MIN, 1, true},
		{INT64_MAX - 300000, INT64_MAX, 0, (uint64_t) INT64_MAX - 300000, 1,
		 true},
		{1, 0, 100000, 0, 1, false},
		{1, 0, 0, 0, UINT64_C(1) << 48, false},
		{INT64_MIN, INT64_MAX, 10, (uint64_t) INT64_MIN, 977, false},
		/* most are in the range, but not all */
		{1000, 20000, 100, 500, 1, true},
	};
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		counted pool = pool_of(16 << 20);
		dbc_check_keyset set;

		dbc_check_keyset_open(&set, &pool.base, cases[i].low, cases[i].high,
							  cases[i].nkeys);
		assert_int_equal(set.bits != NULL, cases[i].bits);
		fill(&set, cases[i].first, cases[i].step, 30000);
		assert_true(pool.base.room < 16 << 20);
		dbc_check_keyset_close(&set);
		assert_int_equal(pool.taken, 0);
		assert_int_equal(pool.base.room, 16 << 20);
	}
}

static void
bits_cost_no_more_than_hashing(void **state)
{
	counted pool = pool_of(64 << 20);
	dbc_check_keyset set;

	(void) state;
	dbc_check_keyset_open(&set, &pool.base, 0, 127999999, 1000000);
	assert_non_null(set.bits);
	dbc_check_keyset_close(&set);
	dbc_check_keyset_open(&set, &pool.base, 0, 500000000, 1000000);
	assert_null(set.bits);
	dbc_check_keyset_close(&set);
	pool.base.room = 1000;
	dbc_check_keyset_open(&set, &pool.base, 0, 10000, 10000);
	assert_null(set.bits);
	dbc_check_keyset_close(&set);
}

static void
a_full_set_is_reported(void **state)
{
	counted pool = pool_of(100000);
	dbc_check_keyset set;
	uint64_t key = 1;

	(void) state;
	dbc_check_keyset_open(&set, &pool.base, 1, 0, 1000000);
	while (!set.full)
	{
		assert_false(dbc_check_keyset_add(&set, key));
		key++;
		assert_true(key < 100000);
	}
	/* 8,192 slots: there is no room for twice as many */
	assert_int_equal(set.used, 8192 / 8 * 7);
	assert_false(dbc_check_keyset_has(&set, key - 1));
	assert_true(dbc_check_keyset_has(&set, key - 2));
	dbc_check_keyset_close(&set);
	assert_int_equal(pool.taken, 0);

	pool.base.room = 100;
	dbc_check_keyset_open(&set, &pool.base, 1, 0, 10);
	assert_false(dbc_check_keyset_has(&set, 5));
	assert_false(dbc_check_keyset_add(&set, 0));
	assert_true(dbc_check_keyset_has(&set, 0));
	assert_false(set.full);
	assert_false(dbc_check_keyset_add(&set, 5));
	assert_true(set.full);
	dbc_check_keyset_close(&set);
	assert_int_equal(pool.taken, 0);
}

static void
without_memory_a_set_is_full(void **state)
{
	counted pool = pool_of(1 << 20);
	dbc_check_keyset set;
	uint64_t key;

	(void) state;
	pool.none = true;
	dbc_check_keyset_open(&set, &pool.base, 1, 100, 100);
	assert_false(dbc_check_keyset_add(&set, 5));
	assert_true(set.full);
	dbc_check_keyset_close(&set);
	assert_int_equal(pool.base.room, 1 << 20);

	pool.none = false;
	dbc_check_keyset_open(&set, &pool.base, 1, 0, 0);
	assert_false(dbc_check_keyset_add(&set, 1));
	pool.none = true;
	for (key = 2; !set.full; key++)
		dbc_check_keyset_add(&set, key);
	assert_int_equal(set.used, 64 / 8 * 7);
	dbc_check_keyset_close(&set);
	assert_int_equal(pool.taken, 0);
	assert_int_equal(pool.base.room, 1 << 20);
}

static void
fingerprints_differ(void **state)
{
	static const char bytes[40] = "the same bytes, but not as many of them";
	counted pool = pool_of(64 << 20);
	dbc_check_keyset set;
	uint64_t seed;
	size_t length;
	uint32_t i;

	(void) state;
	dbc_check_keyset_open(&set, &pool.base, 1, 0, 0);
	for (seed = 0; seed < 3; seed++)
		for (length = 0; length <= sizeof(bytes); length++)
			assert_false(dbc_check_keyset_add(
				&set, dbc_check_key_fingerprint(seed, bytes, length)));
	for (i = 0; i < 200000; i++)
		assert_false(dbc_check_keyset_add(
			&set, dbc_check_key_fingerprint(7, &i, sizeof(i))));
	assert_true(
		dbc_check_keyset_add(&set, dbc_check_key_fingerprint(2, bytes, 5)));
	/* where one part ends and the next begins makes a difference */
	assert_true(dbc_check_key_fingerprint(dbc_check_key_fingerprint(1, "ab", 2),
										  "c", 1) !=
				dbc_check_key_fingerprint(dbc_check_key_fingerprint(1, "a", 1),
										  "bc", 2));
	dbc_check_keyset_close(&set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_set_frees_its_memory),
		cmocka_unit_test(bits_cost_no_more_than_hashing),
		cmocka_unit_test(a_full_set_is_reported),
		cmocka_unit_test(without_memory_a_set_is_full),
		cmocka_unit_test(fingerprints_differ)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
