/*
 * serve_guard.c
 *	  Who may ask the verb serve, and for what; see serve.h.
 */
#include <arpa/inet.h>
#include <math.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>
#include <strings.h>

#include "cli/serve.h"

/* The delay after the first wrong token, which each further one doubles, the longest one,
 * and the time after which they are forgotten. */
#define FIRST_DELAY	  0.25
#define LONGEST_DELAY 8.0
#define FORGET_AFTER  60.0

#define SERVE_ROUTE(id, method, path, type, summary) \
	{method, path, type, summary},
const cli_route cli_routes[CLI_NROUTES] = {
#include "cli/serve.def"
};

#define SERVE_VIEW(id, name, function, title, columns, summary) \
	{name, function, title, columns, summary},
const cli_view cli_views[CLI_NVIEWS] = {
#include "cli/serve.def"
};

/* ---- hosts ---- */

/* Reads a numeric address; false: it is none. */
static bool
read_address(const char *text, struct in6_addr *address)
{
	struct in_addr v4;

	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, &v4) != 1)
		return inet_pton(AF_INET6, text, address) == 1;
	address->s6_addr[10] = 0xff;
	address->s6_addr[11] = 0xff;
	memcpy(&address->s6_addr[12], &v4, sizeof(v4));
	return true;
}

bool
cli_is_loopback(const char *address)
{
	struct in6_addr a;

	return read_address(address, &a) &&
		   (IN6_IS_ADDR_LOOPBACK(&a) ||
			(IN6_IS_ADDR_V4MAPPED(&a) && a.s6_addr[12] == 127));
}

static bool
is_any(const struct in6_addr *a)
{
	static const struct in6_addr any_v4 = {{{[10] = 0xff, [11] = 0xff}}};

	return IN6_IS_ADDR_UNSPECIFIED(a) || memcmp(a, &any_v4, sizeof(*a)) == 0;
}

/* A page of another site whose name was made to lead here has that name in its requests;
 * it cannot have an address there. */
bool
cli_is_served_host(const cli_guard *guard, const char *host)
{
	char name[256];
	size_t length;
	bool brackets;
	struct in6_addr asked;
	struct in6_addr own;

	if (!host)
		return false;
	brackets = *host == '[';
	host += brackets;
	length = strcspn(host, brackets ? "]" : ":");
	if (length == 0 || length >= sizeof(name) ||
		(brackets && host[length] != ']'))
		return false;
	memcpy(name, host, length);
	name[length] = '\0';
	host += length + brackets;
	if (*host &&
		(*host != ':' || strspn(host + 1, "0123456789") != strlen(host + 1)))
		return false;
	for (char *const *other = guard->hosts; *other; other++)
		if (strcasecmp(*other, name) == 0)
			return true;
	if (!read_address(guard->address, &own))
		return false;
	if (read_address(name, &asked))
		return is_any(&own) || memcmp(&own, &asked, sizeof(own)) == 0;
	return cli_is_loopback(guard->address) &&
		   strcasecmp(name, "localhost") == 0;
}

/* ---- tokens ---- */

bool
cli_has_token(const cli_guard *guard, const char *header)
{
	static const char scheme[] = "Bearer ";
	unsigned char given[SHA256_DIGEST_LENGTH];
	unsigned char wanted[SHA256_DIGEST_LENGTH];

	if (!guard->token)
		return true;
	if (!header || strncasecmp(header, scheme, strlen(scheme)) != 0)
		return false;
	header += strlen(scheme);
	header += strspn(header, " ");
	/* hashes are of one length, and take one time to compare */
	SHA256((const unsigned char *) header, strlen(header), given);
	SHA256((const unsigned char *) guard->token, strlen(guard->token), wanted);
	return CRYPTO_memcmp(given, wanted, sizeof(given)) == 0;
}

double
cli_token_delay(const cli_guard *guard)
{
	return fmin(FIRST_DELAY *
					ldexp(1, guard->failures < 10 ? guard->failures - 1 : 9),
				LONGEST_DELAY);
}

void
cli_count_failure(cli_guard *guard, double now)
{
	if (now - guard->failed_at > FORGET_AFTER)
		guard->failures = 0;
	guard->failures++;
	guard->failed_at = now;
}

/* ---- routes ---- */

/* The number of a database of the file with this name, or -1. */
static int
find_database(const cli_config *config, const char *name, size_t length)
{
	for (int i = 0; i < config->count; i++)
		if (strlen(config->databases[i].name) == length &&
			memcmp(config->databases[i].name, name, length) == 0)
			return i;
	return -1;
}

static int
find_view(const char *name, size_t length)
{
	for (int i = 0; i < CLI_NVIEWS; i++)
		if (cli_views[i].name && strlen(cli_views[i].name) == length &&
			memcmp(cli_views[i].name, name, length) == 0)
			return i;
	return -1;
}

/* Whether a path fits one with {database} and {view}. */
static bool
fits(const cli_config *config, const char *wanted, const char *path,
	 int *database, int *view)
{
	while (*wanted)
	{
		size_t length = strcspn(path, "/");

		if (*wanted != '{')
		{
			if (*wanted++ != *path++)
				return false;
			continue;
		}
		if (wanted[1] == 'd')
			*database = find_database(config, path, length);
		else
			*view = find_view(path, length);
		wanted += strcspn(wanted, "}") + 1;
		path += length;
	}
	return !*path;
}

cli_route_id
cli_find_route(const cli_config *config, const char *path, int *database,
			   int *view)
{
	for (int i = 0; i < CLI_NROUTES; i++)
	{
		*database = *view = 0;
		if (!fits(config, cli_routes[i].path, path, database, view))
			continue;
		if (*database < 0 || *view < 0 ||
			(i == CLI_ROUTE_page && !cli_views[*view].title))
			break;
		return i;
	}
	return CLI_NROUTES;
}
