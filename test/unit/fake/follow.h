/*
 * follow.h
 *	  A fake database that is followed: one page changes between two looks.
 */
#ifndef FAKE_FOLLOW_H
#define FAKE_FOLLOW_H

#include "test/unit/fake/host.h"

#include "common/backup/host.h"

extern void fake_follow(dbc_host *host, const char *file,
						void (*fn)(dbc_host *, dbc_follower *, void *),
						void *arg);
extern bool fake_attempt(dbc_host *host, dbc_follower *follower,
						 dbc_backup_files *files,
						 void (*fn)(dbc_host *, void *), void *arg,
						 const char **message);
extern void fake_look(dbc_host *host, dbc_follower *follower);
extern dbc_follower_changes fake_changes(dbc_host *host, dbc_follower *follower,
										 const unsigned char *place);
extern void fake_page(dbc_host *host, dbc_follower *follower, uint32_t i,
					  unsigned char *bytes);
extern void fake_place(dbc_follower *follower, unsigned char *place);
extern void fake_keep(dbc_host *host, dbc_follower *follower);
extern void fake_report(dbc_host *host, dbc_follower *follower,
						const dbc_follower_report *report);
extern void fake_begin_following(dbc_host *host, const char *options);
extern bool fake_end_following(dbc_host *host);
extern bool fake_followed(dbc_host *host, dbc_follower_report *report);
extern bool fake_shorten(dbc_host *host, dbc_follower *follower);
extern bool fake_pause(dbc_host *host, dbc_follower *follower, int64_t ms);
extern void fake_begin_snapshot(dbc_host *host, dbc_follower *follower,
								const char *create, const char *cleanup);
extern dbc_follower_snapshot
fake_snapshot(dbc_host *host, dbc_follower *follower, const char **result);
extern void fake_forget_snapshot(dbc_host *host, dbc_follower *follower);

#define FAKE_FOLLOW_CALLS                                              \
	.follow = fake_follow, .attempt = fake_attempt, .look = fake_look, \
	.changes = fake_changes, .page = fake_page, .place = fake_place,   \
	.keep = fake_keep, .shorten = fake_shorten, .pause = fake_pause,   \
	.begin_snapshot = fake_begin_snapshot, .snapshot = fake_snapshot,  \
	.forget_snapshot = fake_forget_snapshot, .report = fake_report,    \
	.begin_following = fake_begin_following,                           \
	.end_following = fake_end_following, .followed = fake_followed

#endif /* FAKE_FOLLOW_H */
