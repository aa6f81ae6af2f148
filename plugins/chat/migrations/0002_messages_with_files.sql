-- Who may read a file is asked of its owner's messages that carry any.
CREATE INDEX chat_messages_with_files ON chat_messages (chat_id, sender_id) WHERE attachments IS NOT NULL;
