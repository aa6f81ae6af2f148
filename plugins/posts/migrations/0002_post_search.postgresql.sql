-- Without its punctuation a text has words only: PostgreSQL's parser would keep "example.com" or "a/b" as one.

ALTER TABLE posts ADD COLUMN search TSVECTOR GENERATED ALWAYS AS (
    to_tsvector('simple'::regconfig,
                translate(title || ' ' || body, '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', '                                '))
) STORED;
CREATE INDEX posts_search ON posts USING gin (search);
