/*
 * notify.h
 *	  Messages to systemd about the state of this process.
 */
#ifndef CLI_NOTIFY_H
#define CLI_NOTIFY_H

/* Sends a state such as "READY=1", if this process was started by systemd with
 * Type=notify. */
extern void cli_notify(const char *state);

/* Seconds after which the manager ends a process that has not sent "WATCHDOG=1"; 0: it
 * does not. */
extern double cli_watchdog_seconds(void);

#endif /* CLI_NOTIFY_H */
