/*
 * options.h
 *	  Reading the options argument of a function.
 */
#ifndef DBC_CORE_OPTIONS_H
#define DBC_CORE_OPTIONS_H

#include "common/core/host.h"

typedef enum dbc_option_type
{
	DBC_O_BOOL,
	DBC_O_INT,	 /* within minimum .. maximum */
	DBC_O_TEXT,	 /* one of choices, if there are any */
	DBC_O_SQL,	 /* a string, or an object with one for each engine */
	DBC_O_TEXTS, /* array of strings, each one of choices, if there are any */
	DBC_O_ARRAY, /* any array */
	DBC_O_OBJECT /* any object */
} dbc_option_type;

typedef struct dbc_option
{
	const char *name;
	dbc_option_type type;
	int64_t minimum;
	int64_t maximum;
	const char *const *choices; /* ended by NULL, or NULL */
	/* an option that the function refuses with its reason elsewhere, and that
	 * is listed as valid only here; 0: on all engines */
	unsigned engines;
} dbc_option;

/* The value of an option. */
typedef struct dbc_option_value
{
	bool given;
	int64_t integer;	/* DBC_O_BOOL, DBC_O_INT */
	const char *text;	/* DBC_O_TEXT; for other types the JSON text */
	const char **texts; /* DBC_O_TEXTS, ended by NULL */
} dbc_option_value;

/* The value of an integer option, or a default if it was omitted. */
static inline int64_t
dbc_option_or(const dbc_option_value *given, int64_t otherwise)
{
	return given->given ? given->integer : otherwise;
}

/*
 * Declares the options of a function: name becomes a struct with a
 * dbc_option_value for each of a list such as
 *
 *	  #define FIX_OPTIONS(O) O(dry_run, BOOL) O(lock_timeout_ms, INT, 0, 1000)
 *
 * where minimum, maximum and choices may follow the type.
 */
#define DBC_OPTION_VALUE(key, wants, ...) dbc_option_value key;
#define DBC_OPTION_ENTRY(key, wants, ...) \
	{.name = #key, .type = DBC_O_##wants, __VA_ARGS__},
#define DBC_OPTION_VALUES(name, list) \
	typedef struct name               \
	{                                 \
		list(DBC_OPTION_VALUE)        \
	} name
#define DBC_OPTIONS(name, list)    \
	DBC_OPTION_VALUES(name, list); \
	static const dbc_option name##_known[] = {list(DBC_OPTION_ENTRY)}

/*
 * Reads value (null, or a JSON object) into such a struct.  An unknown key, a
 * wrong type or a value out of range fails with 22023, names the key and lists
 * what is valid.  A null member counts as omitted.
 */
#define dbc_read_options(host, value, name) \
	((const name *) dbc_read_option_array(  \
		host, value, name##_known,          \
		(int) (sizeof(name##_known) / sizeof(dbc_option))))
extern const dbc_option_value *dbc_read_option_array(dbc_host *host,
													 const dbc_value *value,
													 const dbc_option *options,
													 int noptions);

/* The value of the option since, a time: in milliseconds since 1970, 0 unless
 * it is given; fails if it is not a time. */
extern int64_t dbc_read_since(dbc_host *host, const dbc_option_value *given);

/* The text for this engine: the text itself, or its part of a JSON object with
 * the keys postgresql and sqlite; what names it. */
extern const char *dbc_own_dialect(dbc_host *host, const char *text,
								   const char *what);

/* Fails if text looks like options; what names the argument. */
extern void dbc_refuse_options(dbc_host *host, const char *text,
							   const char *what);

#endif /* DBC_CORE_OPTIONS_H */
