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
	DBC_O_TEXT,	 /* one of choices, when there are any */
	DBC_O_TEXTS, /* an array of strings, each one of choices likewise */
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
} dbc_option;

/* What was given for each option, in the order of the declarations. */
typedef struct dbc_option_value
{
	bool given;
	int64_t integer;	/* DBC_O_BOOL, DBC_O_INT */
	const char *text;	/* DBC_O_TEXT; of all others JSON text */
	const char **texts; /* DBC_O_TEXTS, ended by NULL */
} dbc_option_value;

/*
 * Reads value (null, or a JSON object) against an array of declarations.  An
 * unknown key, a wrong type or a value out of range fails with 22023, names the
 * key and lists what is valid.  A member that is null counts as left out.
 */
#define dbc_read_options(host, value, options)  \
	dbc_read_option_array(host, value, options, \
						  (int) (sizeof(options) / sizeof((options)[0])))
extern const dbc_option_value *dbc_read_option_array(dbc_host *host,
													 const dbc_value *value,
													 const dbc_option *options,
													 int noptions);

/* Fails if text was meant to be options: what names the argument. */
extern void dbc_refuse_options(dbc_host *host, const char *text,
							   const char *what);

#endif /* DBC_CORE_OPTIONS_H */
