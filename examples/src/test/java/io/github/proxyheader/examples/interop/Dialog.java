/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** How a client talks with a program until the program has said who the client is. */
enum Dialog {
  /** One request of HTTP; an answer with the status 400 is a refusal. */
  HTTP("GET /probe HTTP/1.1\r\nHost: interop.test\r\nConnection: close\r\n\r\n") {
    @Override
    String hold(Conversation conversation) throws InterruptedException {
      String answer = conversation.readAll();
      return answer.startsWith("HTTP/1.") && !answer.startsWith("400", 9) ? answer : "";
    }
  },

  /** The program answers a line of text with one line. */
  LINE("hello\n") {
    @Override
    String hold(Conversation conversation) throws InterruptedException {
      String answer = conversation.readAll();
      return answer.startsWith("error=") ? "" : answer;
    }
  },

  /** The program speaks first, and closes the connection. */
  GREETING("") {
    @Override
    String hold(Conversation conversation) throws InterruptedException {
      String greeting = conversation.readUntil("\r\n");
      return greeting.startsWith("421 ") ? "" : greeting;
    }
  },

  /** A greeting, EHLO and its answer; programs refuse a header by refusing EHLO. */
  SMTP("") {
    @Override
    String hold(Conversation conversation) throws InterruptedException {
      conversation.readUntil("\r\n");
      conversation.send("EHLO client.test\r\n");
      String answer = conversation.readUntil("\r\n(250 |[3-5]\\d\\d ).*\r\n");
      conversation.send("QUIT\r\n");
      return answer.contains("\r\n250 ") ? conversation.readAll() : "";
    }
  },

  /** A login, whose line in the log tells who the client is. */
  IMAP("") {
    @Override
    String hold(Conversation conversation) throws InterruptedException {
      conversation.readUntil("\r\n");
      conversation.send("a LOGIN joe secret\r\nb LOGOUT\r\n");
      String answer = conversation.readAll();
      return answer.contains("a OK") ? answer : "";
    }
  },

  /** A login, and what the process list says of this connection. */
  MYSQL("") {
    @Override
    String hold(Conversation conversation) throws InterruptedException {
      return MysqlSession.processList(conversation);
    }
  },

  /** A query over TCP for the text of whoami.test. */
  DNS("\0\35\22\64\1\0\0\1\0\0\0\0\0\0\6whoami\4test\0\0\20\0\1") {
    @Override
    String hold(Conversation conversation) throws InterruptedException {
      String length = conversation.readUntilLength(2);
      if (length.length() < 2) {
        return "";
      }
      return conversation.readUntilLength(2 + (length.charAt(0) << 8 | length.charAt(1)));
    }
  },

  /** A Binding request of STUN, whose answer is the client's address. */
  STUN("\0\1\0\0\41\22\244Binterop-txid") {
    @Override
    String hold(Conversation conversation) throws InterruptedException {
      String head = conversation.readUntilLength(20);
      return head.length() < 20
          ? ""
          : StunAnswer.mappedAddress(
              conversation.readUntilLength(20 + (head.charAt(2) << 8 | head.charAt(3))));
    }
  },

  /** A request of SIP. */
  SIP(
      "OPTIONS sip:x@interop.test SIP/2.0\r\n"
          + "Via: SIP/2.0/TCP 192.0.2.9:5060;branch=z9hG4bK1;rport\r\n"
          + "From: <sip:a@interop.test>;tag=1\r\nTo: <sip:x@interop.test>\r\n"
          + "Call-ID: 1@interop\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 5\r\n"
          + "Content-Length: 0\r\n\r\n") {
    @Override
    String hold(Conversation conversation) throws InterruptedException {
      String answer = conversation.readUntil("\r\n\r\n");
      return answer.startsWith("SIP/2.0 ") ? answer : "";
    }
  },

  /** The welcome of a server of IRC. */
  IRC("NICK probe\r\nUSER probe 0 * :probe\r\n") {
    @Override
    String hold(Conversation conversation) throws InterruptedException {
      String answer = conversation.readUntil(" 001 .*\r\n");
      return answer.contains(" 001 ") ? answer : "";
    }
  },

  /** The start of AMQP; the log tells who the client is. */
  AMQP("AMQP\0\0\11\1") {
    @Override
    String hold(Conversation conversation) throws InterruptedException {
      return conversation.readUntilLength(8);
    }
  };

  private final String opening;

  Dialog(String opening) {
    this.opening = opening;
  }

  /** Returns what the client sends first, empty if the program speaks first. */
  byte[] opening() {
    return opening.getBytes(ISO_8859_1);
  }

  /** Returns what the program says, empty if it refuses the header. */
  abstract String hold(Conversation conversation) throws InterruptedException;
}
