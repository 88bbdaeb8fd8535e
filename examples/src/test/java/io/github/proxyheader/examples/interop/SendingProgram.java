/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A program that sends headers, and every mode in which it does. */
final class SendingProgram {
  private final Program program;
  private final List<Mode> modes = new ArrayList<>();
  private String since = "0";

  private SendingProgram(Program program) {
    this.program = program;
  }

  /**
   * One mode.
   *
   * @param title how the mode is switched on
   * @param port which of the program's ports its client uses
   * @param client what the client does, {@code null} if there is a command
   * @param command the command that sends the header, if no client is needed
   * @param source what the header of a command names as the source
   * @param expected what comes, see {@link SenderRun#summary}
   */
  record Mode(
      String title,
      int port,
      @Nullable SendingClient client,
      @Nullable String command,
      @Nullable InetSocketAddress source,
      String expected) {}

  static SendingProgram of(Program program) {
    return new SendingProgram(program);
  }

  /** Sets the first version that has the modes. */
  SendingProgram since(String version) {
    since = version;
    return this;
  }

  SendingProgram mode(String title, int port, SendingClient client, String expected) {
    modes.add(new Mode(title, port, client, null, null, expected));
    return this;
  }

  SendingProgram command(
      String title, String command, @Nullable InetSocketAddress source, String expected) {
    modes.add(new Mode(title, 0, null, command, source, expected));
    return this;
  }

  Program program() {
    return program;
  }

  List<Mode> modes() {
    return modes;
  }

  String since() {
    return since;
  }

  @Override
  public String toString() {
    return program.title();
  }
}
