CREATE TABLE media_parts (
	media_id INTEGER NOT NULL,
	duration_ms INTEGER,
	parts VARCHAR NOT NULL,
	PRIMARY KEY (media_id),
	FOREIGN KEY(media_id) REFERENCES media (id)
);
CREATE INDEX ix_media_parts_media_id ON media_parts (media_id);
CREATE TABLE quarantines (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	list VARCHAR NOT NULL,
	entry VARCHAR NOT NULL,
	hits INTEGER NOT NULL,
	at VARCHAR NOT NULL,
	released_at VARCHAR,
	released_by VARCHAR
);
CREATE INDEX ix_quarantines_entry ON quarantines (list, entry);
CREATE INDEX ix_leads_entry ON leads (list, entry);
