/*
 * notify.c
 *	  Messages to systemd, as sd_notify() of libsystemd sends them: a datagram is all it
 *	  takes.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/notify.h"

void
cli_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = path ? strlen(path) : 0;
	int fd;

	if (length < 2 || length >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, path, length);
	/* a name that is no file */
	if (*path == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (fd < 0)
		return;
	/* the manager may have ended */
	(void) sendto(
		fd, state, strlen(state), 0, (const struct sockaddr *) &address,
		(socklen_t) (offsetof(struct sockaddr_un, sun_path) + length));
	close(fd);
}

double
cli_watchdog_seconds(void)
{
	const char *pid = getenv("WATCHDOG_PID");
	const char *limit = getenv("WATCHDOG_USEC");

	if (!limit || (pid && strtol(pid, NULL, 10) != (long) getpid()))
		return 0;
	return strtod(limit, NULL) / 1e6;
}
