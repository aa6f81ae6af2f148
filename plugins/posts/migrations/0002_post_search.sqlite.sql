-- The index keeps words, not texts: the triggers tell it what was there before. It counts rows by number,
-- and the posts' own rowids may change with VACUUM.

CREATE TABLE post_numbers (
    number  INTEGER PRIMARY KEY,
    post_id TEXT NOT NULL UNIQUE
);
CREATE VIRTUAL TABLE post_search USING fts5 (title, body, content = '', tokenize = 'unicode61 remove_diacritics 0');

CREATE TRIGGER posts_found AFTER INSERT ON posts BEGIN
    INSERT INTO post_numbers (post_id) VALUES (new.id);
    INSERT INTO post_search (rowid, title, body)
        SELECT number, new.title, new.body FROM post_numbers WHERE post_id = new.id;
END;
CREATE TRIGGER posts_found_otherwise AFTER UPDATE OF title, body ON posts BEGIN
    INSERT INTO post_search (post_search, rowid, title, body)
        SELECT 'delete', number, old.title, old.body FROM post_numbers WHERE post_id = old.id;
    INSERT INTO post_search (rowid, title, body)
        SELECT number, new.title, new.body FROM post_numbers WHERE post_id = new.id;
END;
CREATE TRIGGER posts_found_no_more AFTER DELETE ON posts BEGIN
    INSERT INTO post_search (post_search, rowid, title, body)
        SELECT 'delete', number, old.title, old.body FROM post_numbers WHERE post_id = old.id;
    DELETE FROM post_numbers WHERE post_id = old.id;
END;

INSERT INTO post_numbers (post_id) SELECT id FROM posts;
INSERT INTO post_search (rowid, title, body)
    SELECT number, title, body FROM posts JOIN post_numbers ON post_id = posts.id;
