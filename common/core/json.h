/*
 * json.h
 *	  JSON documents in the core: one array of items, each followed by the items
 *	  it contains.
 *
 *	  {"a": [1, true]}	object, string "a", array, number 1, true
 *
 * A scan reads the items in order and can skip a value with all its contents in
 * one step.  An object has no duplicate keys: the last one is kept.
 */
#ifndef DBC_CORE_JSON_H
#define DBC_CORE_JSON_H

#include "common/core/host.h"

typedef enum dbc_json_kind
{
	DBC_I_NULL,
	DBC_I_FALSE,
	DBC_I_TRUE,
	DBC_I_NUMBER,
	DBC_I_STRING,
	DBC_I_ARRAY,
	DBC_I_OBJECT
} dbc_json_kind;

typedef struct dbc_json_item
{
	const char *text; /* of a number or string; not NUL-terminated.  Of an array
					   * or object that was read from text: its beginning */
	uint32_t length;  /* bytes of the text; elements of an array; members of an
					   * object: a key, which is a string, and a value each */
	uint32_t size : 28;	 /* of the value: the item after it is so far away */
	uint32_t kind : 3;	 /* dbc_json_kind */
	uint32_t native : 1; /* the text of a number is the engine's own form, for
						  * host->number_text(); of a key, that its member
						  * is marked to be taken away */
} dbc_json_item;

/* No document has more items. */
#define DBC_MAX_ITEMS ((UINT32_C(1) << 28) - 1)

/*
 * Reads a document.  Text has a NUL at text[length], and the items point into
 * it.  Room is for items that need not be allocated; may be none.  NULL if the
 * text is not JSON, and *problem tells why.
 */
extern const dbc_json_item *dbc_json_read(dbc_host *host, const char *text,
										  size_t length, dbc_json_item *room,
										  size_t nroom, const char **problem);

/* Marks the members of an object, which ends the items that have been read so
 * far, of which a later one has the key; whether there are any. */
extern bool dbc_json_mark_duplicates(dbc_host *host, dbc_json_item *object,
									 const dbc_json_item *end);

/* Takes away the members that are marked, of all objects among the items. */
extern void dbc_json_drop_marked(dbc_host *host, dbc_json_item *items,
								 size_t nitems);

/* Keys of an object, so many from one on, in the order of their bytes. */
extern const dbc_json_item **
dbc_json_sort_keys(dbc_host *host, const dbc_json_item *key, uint32_t count);

/* The item after a value and all that is in it. */
static inline const dbc_json_item *
dbc_json_next(const dbc_json_item *item)
{
	return item + item->size;
}

/* The value of a member of an object, or NULL. */
extern const dbc_json_item *dbc_json_member(const dbc_json_item *object,
											const char *key);

/* Whether a string is this one. */
extern bool dbc_json_string_is(const dbc_json_item *string, const char *text);

/* A string NUL-terminated; a NUL in it becomes \u0000. */
extern const char *dbc_json_string(dbc_host *host, const dbc_json_item *string);

/* The text of a string, NUL-terminated, or NULL if the value is none or NULL.
 */
extern const char *dbc_json_string_or_null(dbc_host *host,
										   const dbc_json_item *item);

/* Reads a number; false if the value is none, or NULL. */
extern bool dbc_json_real(dbc_host *host, const dbc_json_item *item,
						  double *number);

/* A value as JSON, a string as what it says; NULL for null. */
extern const char *dbc_json_value_text(dbc_host *host,
									   const dbc_json_item *item);

/* A member of an object, or an element of an array. */
typedef struct dbc_json_entry
{
	const char *key; /* NULL of an element */
	dbc_json_kind kind;
	const char *text; /* see dbc_json_value_text() */
} dbc_json_entry;

typedef struct dbc_json_entries
{
	const dbc_json_entry *list;
	int count;
} dbc_json_entries;

/* The members of a JSON object, in the order of their keys, or the elements of
 * an array; of another value none.  Text that is not JSON fails; what names it
 * in the message. */
extern dbc_json_entries dbc_json_read_entries(dbc_host *host, const char *json,
											  const char *what);

/* The value of a member of an object that is JSON text, or NULL; of null, too.
 */
extern const dbc_json_item *dbc_json_find(dbc_host *host, const dbc_value *json,
										  const char *key);

/* Whether two values are the same JSON: 1 is 1.0, and the order of members
 * does not matter.  Fails if they are nested too deeply to tell. */
extern bool dbc_json_equal(dbc_host *host, const dbc_json_item *left,
						   const dbc_json_item *right);

/* A number that is the same for values that are the same. */
extern uint64_t dbc_json_digest(dbc_host *host, const dbc_json_item *item);

/* Values nested more deeply are not compared, schemas not followed: so far the
 * stack goes with less than 300 KiB. */
#define DBC_MAX_DEPTH 1000

/* ---- numbers ---- */

/* A number of any size, exactly: 0.ddd times ten to the exponent. */
typedef struct dbc_decimal
{
	const char *digits; /* the first and the last one are not 0 */
	size_t ndigits;		/* none: the number is 0 */
	int64_t exponent;
	bool negative;
} dbc_decimal;

extern dbc_decimal dbc_json_decimal(dbc_host *host,
									const dbc_json_item *number);

/* Less than, equal to or greater than 0, as left is to right. */
extern int dbc_decimal_compare(const dbc_decimal *left,
							   const dbc_decimal *right);

extern bool dbc_decimal_is_integer(const dbc_decimal *number);

/* Whether a number is a multiple of another one, which is not 0 and has at most
 * DBC_MAX_DIVISOR digits. */
extern bool dbc_decimal_is_multiple(const dbc_decimal *number,
									const dbc_decimal *divisor);
#define DBC_MAX_DIVISOR 18

/* A number for messages, the same however it was written. */
extern const char *dbc_decimal_text(dbc_host *host, const dbc_decimal *number);

#endif /* DBC_CORE_JSON_H */
