-- The ledger of sqitch 1.3.1, made by it.
CREATE TABLE changes (
    change_id       TEXT        PRIMARY KEY,
    script_hash     TEXT            NULL,
    change          TEXT        NOT NULL,
    project         TEXT        NOT NULL REFERENCES projects(project) ON UPDATE CASCADE,
    note            TEXT        NOT NULL DEFAULT '',
    committed_at    DATETIME    NOT NULL DEFAULT CURRENT_TIMESTAMP,
    committer_name  TEXT        NOT NULL,
    committer_email TEXT        NOT NULL,
    planned_at      DATETIME    NOT NULL,
    planner_name    TEXT        NOT NULL,
    planner_email   TEXT        NOT NULL,
    UNIQUE(project, script_hash)
);
INSERT INTO changes VALUES('07727922f46303480acbdcb9f0c7d54056e0b3fb','6d5fc626dfa5428b69ce807a46cecdeba20144b6','one','shop','one','2026-11-22 07:05:54.269','Ann','ann@example.org','2026-11-22 07:05:52','Ann','ann@example.org');
INSERT INTO changes VALUES('89e6b8f33b2baeeae263985136691be428298f9d','9cdac3739e7a0542d1ca0982e87214674a784dc6','two','shop','two','2026-11-22 07:05:54.290','Ann','ann@example.org','2026-11-22 07:05:53','Ann','ann@example.org');
