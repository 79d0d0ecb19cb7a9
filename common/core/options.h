/*
 * options.h
 *	  Reading the options argument of a function.
 */
#ifndef DBC_CORE_OPTIONS_H
#define DBC_CORE_OPTIONS_H

#include "common/core/host.h"

/* The value of an option. */
typedef struct dbc_option_value
{
	bool given;
	int64_t integer;	/* DBC_O_BOOL, DBC_O_INT */
	int choice;			/* DBC_O_TEXT: place in the choices; 0 if omitted */
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
 * Declares the members of an object that is no argument of a function, whose
 * options core/api.def has: name becomes a struct with a dbc_option_value for
 * each of a list such as
 *
 *	  #define KEEP_RULES(O) O(keep_days, INT, 1, 36500) O(archive, TEXT)
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
	static const dbc_option dbc_known_##name[] = {list(DBC_OPTION_ENTRY){0}}

/*
 * Reads value (null, or a JSON object) into such a struct, or into
 * FUNCTION_options of core/functions.h.  An unknown key, a wrong type or a
 * value out of range fails with 22023, names the key and lists what is valid;
 * an option of the other engine fails with 0A000.  A null member counts as
 * omitted.
 */
#define dbc_read_options(host, value, name) \
	((const name *) dbc_read_option_array(host, value, dbc_known_##name))
extern const dbc_option_value *dbc_read_option_array(dbc_host *host,
													 const dbc_value *value,
													 const dbc_option *options);

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
