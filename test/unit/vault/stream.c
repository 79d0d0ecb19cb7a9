/*
 * stream.c
 *	  Streams: what is written is read back, and what was changed is refused.
 */
#include "test/unit/fake/host.h"

#include <stdlib.h>
#include <string.h>

#include "common/vault/stream.h"
#include "common/core/text.h"

#define CHUNK DBC_STREAM_CHUNK

static const unsigned char secret[DBC_STREAM_KEY] = {1, 2, 3};
static unsigned char own_key[DBC_STREAM_KEY];

/* A task that is begun runs when it is waited for, at the latest possible time.
 */
static void (*begun)(void *);
static void *begun_with;

static void
begin(dbc_stream_tasks *tasks, void (*task)(void *), void *arg)
{
	(void) tasks;
	assert_null(begun);
	begun = task;
	begun_with = arg;
}

static void
await(dbc_stream_tasks *tasks)
{
	void (*task)(void *) = begun;

	(void) tasks;
	begun = NULL;
	if (task)
		task(begun_with);
}

static dbc_stream_tasks late_tasks = {begin, await};

/* A file in memory, and a content that is written to or read from it. */
typedef struct memory
{
	dbc_stream_kind kind;
	dbc_stream_tasks *tasks;
	unsigned char *bytes;
	size_t length;
	size_t at; /* read so far */

	const unsigned char *content;
	size_t ncontent;
	size_t step;		 /* bytes a call puts */
	const char *problem; /* found by reading */
} memory;

static void
append(dbc_host *host, void *arg, const void *bytes, size_t length)
{
	memory *m = arg;

	(void) host;
	m->bytes = realloc(m->bytes, m->length + length + 1);
	assert_non_null(m->bytes);
	memcpy(m->bytes + m->length, bytes, length);
	m->length += length;
}

static size_t
take(dbc_host *host, void *arg, void *bytes, size_t length)
{
	memory *m = arg;
	size_t n = m->length - m->at < length ? m->length - m->at : length;

	(void) host;
	memcpy(bytes, m->bytes + m->at, n);
	m->at += n;
	return n;
}

static void
write_all(dbc_host *host, void *arg)
{
	memory *m = arg;
	unsigned char sha256[SHA256_DIGEST_LENGTH];
	unsigned char wanted[SHA256_DIGEST_LENGTH];
	dbc_stream_writer *writer =
		dbc_vault_stream_start(host, &m->kind, m->tasks, append, m);

	for (size_t at = 0; at < m->ncontent; at += m->step)
		dbc_vault_stream_put(host, writer, m->content + at,
							 m->ncontent - at < m->step ? m->ncontent - at
														: m->step);
	dbc_vault_stream_finish(host, writer, sha256);
	SHA256(m->bytes, m->length, wanted);
	assert_memory_equal(sha256, wanted, sizeof(wanted));
}

/* Reads the stream, and compares its content while nothing is wrong. */
static void
read_all(dbc_host *host, void *arg)
{
	memory *m = arg;
	dbc_stream_reader reader;
	size_t at = 0;

	m->at = 0;
	m->problem = dbc_vault_stream_open(host, &reader, &m->kind, take, m);
	while (!m->problem)
	{
		const unsigned char *content;
		size_t length;

		m->problem = dbc_vault_stream_next(host, &reader, &content, &length);
		if (m->problem || length == 0)
			break;
		assert_true(at + length <= m->ncontent);
		assert_memory_equal(m->content + at, content, length);
		at += length;
	}
	if (!m->problem)
		assert_int_equal(at, m->ncontent);
}

/* Reads, and expects a problem, or none (NULL). */
static void
reads(fake_host *fake, memory *m, const char *problem)
{
	assert_true(fake_try(fake, read_all, m));
	if (!problem)
		assert_null(m->problem);
	else
	{
		assert_non_null(m->problem);
		if (!strstr(m->problem, problem))
			fail_msg("\"%s\" instead of \"%s\"", m->problem, problem);
	}
}

/* Writes content that repeats, or else is random. */
static void
written(fake_host *fake, memory *m, size_t ncontent, bool repeats)
{
	unsigned char *content = malloc(ncontent + 1);
	uint32_t state = 1;

	assert_non_null(content);
	for (size_t i = 0; i < ncontent; i++)
	{
		state = state * 1664525 + 1013904223;
		content[i] = repeats ? (unsigned char) (i / 64) : state >> 24;
	}
	m->content = content;
	m->ncontent = ncontent;
	if (m->step == 0)
		m->step = 100000;
	assert_true(fake_try(fake, write_all, m));
}

static void
forget(memory *m)
{
	free(m->bytes);
	free((void *) m->content);
	m->bytes = NULL;
	m->length = 0;
}

/* All kinds of a stream. */
#define EVERY_KIND(kind)                                            \
	for (int way = 0; way < 4; way++)                               \
		for (dbc_stream_kind kind = {.role = DBC_STREAM_PAGES,      \
									.id = "fifteen letters",        \
									.compress = way & 1,            \
									.key = way & 2 ? secret : NULL, \
									.own_key = own_key},            \
							 *once = &kind;                         \
			 once; once = NULL)

static void
what_is_written_is_read(void **state)
{
	static const size_t lengths[] = {
		0, 1, 4096, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 777};
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	(void) state;
	EVERY_KIND(kind)
	{
		for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++)
			for (int turn = 0; turn < 4; turn++)
			{
				bool repeats = turn & 1;
				memory m = {.kind = kind,
							.tasks = turn & 2 ? &late_tasks : NULL};

				written(fake, &m, lengths[i], repeats);
				assert_null(begun);
				reads(fake, &m, NULL);
				if (kind.compress && repeats && lengths[i] >= CHUNK)
					assert_true(m.length < lengths[i] / 10);
				else if (!repeats)
					assert_in_range(m.length, lengths[i], lengths[i] + 256);
				forget(&m);
			}
	}
	fake_free(fake);
}

static void
every_byte_counts(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	(void) state;
	EVERY_KIND(kind)
	{
		memory m = {.kind = kind};

		written(fake, &m, 300, true);
		for (size_t i = 0; i < m.length; i++)
		{
			m.bytes[i] ^= 4;
			reads(fake, &m, "");
			m.bytes[i] ^= 4;
		}
		for (size_t whole = m.length; m.length > 0;)
		{
			m.length--;
			reads(fake, &m, "is truncated");
			if (m.length == 0)
			{
				m.length = whole;
				break;
			}
		}
		append(&fake->base, &m, "", 1);
		reads(fake, &m, "has bytes after its last chunk");
		forget(&m);
	}
	fake_free(fake);
}

static void
chunks_have_their_place(void **state)
{
	/* bytes of a chunk whose content is stored as it is */
	static const size_t whole = 32 + CHUNK;
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	(void) state;
	EVERY_KIND(kind)
	{
		memory m = {.kind = kind};
		memory other = {.kind = kind};
		unsigned char *first;
		unsigned char *spare = malloc(whole);

		assert_non_null(spare);
		written(fake, &m, 3 * CHUNK + 10, false);
		written(fake, &other, 3 * CHUNK + 10, false);
		first = m.bytes + DBC_STREAM_HEADER;

		memcpy(spare, first, whole);
		memcpy(first, first + whole, whole);
		memcpy(first + whole, spare, whole);
		reads(fake, &m, "has chunk 1 in the place of chunk 0");
		memcpy(first + whole, first, whole);
		memcpy(first, spare, whole);
		reads(fake, &m, NULL);

		/* the same content, but of another stream */
		memcpy(first, other.bytes + DBC_STREAM_HEADER, whole);
		reads(fake, &m, "in chunk 0, or has it from another file");
		memcpy(first, spare, whole);

		/* without the last chunk, or one in between */
		m.length -= 32 + 10;
		reads(fake, &m, "is truncated: chunk 3 is missing");
		memmove(first + whole, first + 2 * whole, whole);
		m.length -= whole;
		reads(fake, &m, "has chunk 2 in the place of chunk 1");
		free(spare);
		forget(&m);
		forget(&other);
	}
	fake_free(fake);
}

static void
other_streams_are_refused(void **state)
{
	static const unsigned char other_secret[DBC_STREAM_KEY] = {9};
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	memory m = {
		.kind = {.role = DBC_STREAM_HASHES, .key = secret, .own_key = own_key}};

	(void) state;
	written(fake, &m, 300, false);
	m.kind.role = DBC_STREAM_PAGES;
	reads(fake, &m, "has other contents than its name says");
	m.kind.role = DBC_STREAM_HASHES;
	m.kind.id[0] = 1;
	reads(fake, &m, "belongs to another backup");
	m.kind.id[0] = 0;
	m.kind.key = NULL;
	reads(fake, &m, "is encrypted, which the manifest does not say");
	m.kind.key = other_secret;
	reads(fake, &m, "is damaged in chunk 0");
	m.kind.key = secret;
	m.bytes[8]++;
	reads(fake, &m, "has version 2 of the format");
	m.bytes[0]++;
	reads(fake, &m, "is not a file of a backup");
	forget(&m);

	m.kind.key = NULL;
	written(fake, &m, 300, false);
	m.kind.key = secret;
	reads(fake, &m, "is not encrypted, but the manifest says so");
	forget(&m);
	fake_free(fake);
}

static void
nothing_is_readable_without_the_key(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	memory m = {
		.kind = {.role = DBC_STREAM_PAGES, .key = secret, .own_key = own_key}};
	memory again = m;

	(void) state;
	written(fake, &m, 1000, false);
	written(fake, &again, 1000, false);
	/* neither the content, nor twice the same bytes for it */
	assert_memory_not_equal(m.bytes + DBC_STREAM_HEADER + 32, m.content, 16);
	assert_memory_not_equal(m.bytes + DBC_STREAM_HEADER + 32,
							again.bytes + DBC_STREAM_HEADER + 32, 16);
	forget(&m);
	forget(&again);
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(every_byte_counts),
		cmocka_unit_test(chunks_have_their_place),
		cmocka_unit_test(other_streams_are_refused),
		cmocka_unit_test(nothing_is_readable_without_the_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
