CREATE TABLE notice_tokens (
	notice_id INTEGER NOT NULL,
	token VARCHAR NOT NULL,
	PRIMARY KEY (notice_id),
	FOREIGN KEY(notice_id) REFERENCES notices (id),
	UNIQUE (token)
);
CREATE INDEX ix_notice_tokens_notice_id ON notice_tokens (notice_id);
CREATE TABLE notice_corrections (
	notice_id INTEGER NOT NULL,
	corrects_id INTEGER NOT NULL,
	PRIMARY KEY (notice_id, corrects_id),
	FOREIGN KEY(notice_id) REFERENCES notices (id),
	FOREIGN KEY(corrects_id) REFERENCES notices (id)
);
CREATE INDEX ix_notice_corrections_corrects_id ON notice_corrections (corrects_id);
CREATE INDEX ix_notice_corrections_notice_id ON notice_corrections (notice_id);
CREATE TABLE approval_rules (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	contact_id INTEGER NOT NULL,
	kind VARCHAR NOT NULL,
	proposed_by VARCHAR NOT NULL,
	proposed_at VARCHAR NOT NULL,
	approved_by VARCHAR,
	approved_at VARCHAR,
	ended_by VARCHAR,
	ended_at VARCHAR,
	FOREIGN KEY(contact_id) REFERENCES contacts (id)
);
CREATE INDEX ix_approval_rules_contact_id ON approval_rules (contact_id);
CREATE TABLE wholly_given (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	domain VARCHAR NOT NULL,
	"by" VARCHAR NOT NULL,
	at VARCHAR NOT NULL,
	UNIQUE (domain)
);
CREATE TABLE hold_questions (
	hold_id INTEGER NOT NULL,
	PRIMARY KEY (hold_id),
	FOREIGN KEY(hold_id) REFERENCES holds (id)
);
CREATE INDEX ix_hold_questions_hold_id ON hold_questions (hold_id);
CREATE TABLE messages (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	uid_key VARCHAR NOT NULL,
	digest VARCHAR NOT NULL,
	read_at VARCHAR NOT NULL,
	sender VARCHAR,
	kind VARCHAR NOT NULL,
	notice_id INTEGER,
	matched_by VARCHAR,
	code VARCHAR,
	is_permanent BOOLEAN NOT NULL,
	reference VARCHAR,
	suggests VARCHAR,
	attachments VARCHAR NOT NULL,
	is_cut BOOLEAN NOT NULL,
	handled_at VARCHAR,
	handled_by VARCHAR,
	UNIQUE (uid_key),
	FOREIGN KEY(notice_id) REFERENCES notices (id)
);
CREATE INDEX ix_messages_digest ON messages (digest);
CREATE INDEX ix_messages_notice_id ON messages (notice_id);
CREATE TABLE submissions (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	notice_id INTEGER NOT NULL,
	number INTEGER NOT NULL,
	"key" VARCHAR NOT NULL,
	items VARCHAR NOT NULL,
	begun_at VARCHAR,
	taken_at VARCHAR,
	reference VARCHAR,
	problem VARCHAR,
	status VARCHAR,
	asked_at VARCHAR,
	FOREIGN KEY(notice_id) REFERENCES notices (id),
	UNIQUE ("key")
);
CREATE INDEX ix_submissions_notice_id ON submissions (notice_id);
CREATE TABLE law_checks (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	entry VARCHAR NOT NULL,
	text_digest VARCHAR NOT NULL,
	"by" VARCHAR NOT NULL,
	at VARCHAR NOT NULL,
	withdrawn_by VARCHAR,
	withdrawn_at VARCHAR
);
CREATE INDEX ix_law_checks_entry ON law_checks (entry);
CREATE TABLE contact_terms (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	contact_id INTEGER NOT NULL,
	requested_h INTEGER,
	"by" VARCHAR NOT NULL,
	at VARCHAR NOT NULL,
	UNIQUE (contact_id),
	FOREIGN KEY(contact_id) REFERENCES contacts (id)
);
CREATE TABLE do_not_contact (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	address VARCHAR NOT NULL,
	"by" VARCHAR NOT NULL,
	at VARCHAR NOT NULL,
	ended_by VARCHAR,
	ended_at VARCHAR
);
CREATE INDEX ix_do_not_contact_address ON do_not_contact (address);
CREATE TABLE public_keys (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	holder VARCHAR NOT NULL,
	kind VARCHAR NOT NULL,
	fingerprint VARCHAR NOT NULL,
	material BLOB,
	expires_at VARCHAR,
	imported_by VARCHAR NOT NULL,
	imported_at VARCHAR NOT NULL,
	confirmed_by VARCHAR,
	confirmed_at VARCHAR,
	ended_by VARCHAR,
	ended_at VARCHAR
);
CREATE INDEX ix_public_keys_holder ON public_keys (holder);
CREATE TABLE appeals (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	notice_id INTEGER NOT NULL,
	language VARCHAR NOT NULL,
	received_at VARCHAR NOT NULL,
	due_at VARCHAR NOT NULL,
	added_by VARCHAR NOT NULL,
	outcome VARCHAR,
	decided_by VARCHAR,
	decided_at VARCHAR,
	FOREIGN KEY(notice_id) REFERENCES notices (id)
);
CREATE INDEX ix_appeals_notice_id ON appeals (notice_id);
