/*
 * options.c
 *	  The options of every SQL function, generated from core/api.def.
 */
#include <limits.h>

#include "common/adopt/adopt.h"
#include "common/backup/create.h"
#include "common/backup/verify.h"
#include "common/check/check.h"
#include "common/core/functions.h"
#include "common/core/retry.h"
#include "common/core/settings.h"
#include "common/format/format.h"
#include "common/health/check.h"
#include "common/migrate/deploy.h"

/* clang-format off */
#define DBC_ARGS(...) __VA_ARGS__
#define DBC_ARG(name, type, doc)
#define DBC_NUL(name, type, doc)
#define DBC_OPT(name, type, doc)
#define DBC_OPTS(...) __VA_ARGS__
#define DBC_OPTS_NEEDED(...) __VA_ARGS__
#define DBC_RANGE(least, most) .minimum = least, .maximum = most
#define DBC_CHOICES(words) .choices = words
#define DBC_LISTED(words, sentence) .choices = words, .lister = sentence
#define DBC_INSTEAD(hint) .instead = hint
#define DBC_ONE_OF(...) .choices = (const char *const[]) {__VA_ARGS__, NULL}
#define DBC_O(key, wants, on, otherwise, sentence, ...) \
	{.name = #key, .type = DBC_O_##wants, .engines = DBC_ON_##on, \
	 .default_value = otherwise, .doc = sentence, __VA_ARGS__},
#define DBC_FUNCTION(function, class, result, engines, runs_stored_sql, doc, \
					 args, columns) \
	const dbc_option dbc_known_##function##_options[] = {args {.name = NULL}};
/* clang-format on */
#include "common/core/api.def"
