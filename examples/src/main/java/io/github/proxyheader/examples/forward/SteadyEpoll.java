/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import org.jspecify.annotations.Nullable;

/**
 * Netty's epoll, but a socket that waits for nothing stays registered, and the end of a peer's
 * direction is learnt by reading.
 *
 * <p>Netty 4.2.18 takes a socket that waits for nothing out of the epoll set and then fails to wait
 * for anything on it (ENOENT): a half-closed connection breaks as soon as its other direction has
 * to wait for room. This waits for the edge of an error in place of nothing, which wakes up once at
 * most.
 *
 * <p>When Netty is told of that end by EPOLLRDHUP, it reads all at once that the system's receive
 * buffer still holds, megabytes perhaps, though {@code AUTO_READ} is off. This does not wait for
 * it.
 */
final class SteadyEpoll implements IoHandler {
  private final IoHandler epoll;

  private SteadyEpoll(IoHandler epoll) {
    this.epoll = epoll;
  }

  static IoHandlerFactory newFactory() {
    IoHandlerFactory factory = EpollIoHandler.newFactory();
    return executor -> new SteadyEpoll(factory.newHandler(executor));
  }

  @Override
  public void initialize() {
    epoll.initialize();
  }

  @Override
  public int run(IoHandlerContext context) {
    return epoll.run(context);
  }

  @Override
  public void prepareToDestroy() {
    epoll.prepareToDestroy();
  }

  @Override
  public void destroy() {
    epoll.destroy();
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return new SteadyRegistration(epoll.register(handle));
  }

  @Override
  public void wakeup() {
    epoll.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return epoll.isCompatible(handleType);
  }

  /** Belongs to one event loop. */
  private static final class SteadyRegistration implements IoRegistration {
    private final IoRegistration registration;
    private @Nullable EpollIoOps waitsFor;

    SteadyRegistration(IoRegistration registration) {
      this.registration = registration;
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
    public <T> T attachment() {
      return registration.attachment();
    }

    /** Netty also submits what it waits for already; that would be a call of the system. */
    @Override
    public long submit(IoOps ops) {
      EpollIoOps kept = ((EpollIoOps) ops).without(EpollIoOps.EPOLLRDHUP);
      if (EpollIoOps.NONE.equals(kept)) {
        kept = EpollIoOps.EPOLLET;
      }
      if (kept.equals(waitsFor)) {
        return kept.value();
      }
      waitsFor = kept;
      return registration.submit(kept);
    }

    @Override
    public boolean isValid() {
      return registration.isValid();
    }

    @Override
    public boolean cancel() {
      return registration.cancel();
    }
  }
}
