/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.probe;

import io.github.proxyheader.examples.probe.Observation.End;
import io.github.proxyheader.examples.probe.ProbeCase.Expected;
import io.github.proxyheader.examples.probe.ProbeResult.Outcome;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends cases to a receiver, each over a connection of its own that lasts a bounded time. It is
 * safe for use by one thread at a time.
 */
public final class Prober implements AutoCloseable {
  private final InetSocketAddress target;
  private final Ask ask;
  private final Limits limits;
  private final @Nullable LogTail log;
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  /**
   * How much a receiver is asked to bear.
   *
   * @param timeout how long a connection lasts at most
   * @param concurrency how many connections there are at once, at least 1
   * @param rate how many connections are opened in a second, at least 1
   */
  public record Limits(Duration timeout, int concurrency, int rate) {}

  /**
   * Creates a prober.
   *
   * @param log the file in which the receiver tells who its clients are, or null; if there is one,
   *     one connection is opened at a time
   */
  public Prober(InetSocketAddress target, Ask ask, Limits limits, @Nullable Path log) {
    this.target = target;
    this.ask = ask;
    this.limits = limits;
    this.log = log == null ? null : new LogTail(log);
  }

  /**
   * Sends all cases, and returns what became of them in the same order.
   *
   * @param progress learns how many cases are done, on any thread
   */
  public List<ProbeResult> run(List<ProbeCase> cases, IntConsumer progress)
      throws InterruptedException {
    Semaphore free = new Semaphore(log == null ? limits.concurrency() : 1);
    AtomicInteger done = new AtomicInteger();
    long next = System.nanoTime();
    long interval = TimeUnit.SECONDS.toNanos(1) / limits.rate();
    List<Future<Observation>> running = new ArrayList<>();
    List<ProbeResult> results = new ArrayList<>();
    for (ProbeCase probe : cases) {
      free.acquire();
      TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
      next = System.nanoTime() + interval; // Time that slow connections took is not made up for.
      if (log != null) {
        log.mark();
      }
      Future<Observation> observed = open(probe);
      running.add(observed);
      observed.addListener(
          ended -> {
            free.release();
            progress.accept(done.incrementAndGet());
          });
      if (log != null) {
        results.add(result(probe, observed.await().getNow(), log));
      }
    }
    for (int i = results.size(); i < cases.size(); i++) {
      results.add(result(cases.get(i), running.get(i).await().getNow(), null));
    }
    return results;
  }

  private Future<Observation> open(ProbeCase probe) {
    Promise<Observation> result = group.next().newPromise();
    ProbeConnection connection = new ProbeConnection(probe, ask, result);
    long millis = limits.timeout().toMillis();
    ChannelFuture connect =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) millis)
            .handler(connection)
            .connect(target);
    connect.addListener(
        done -> {
          if (!done.isSuccess()) {
            End end = isReset(done.cause()) ? End.RESET : End.NO_CONNECTION;
            result.trySuccess(new Observation(end, new byte[0], null));
          }
        });
    Future<?> timer = group.schedule(connection::timeOut, millis, TimeUnit.MILLISECONDS);
    result.addListener(
        done -> {
          timer.cancel(false);
          connect.channel().close();
        });
    return result;
  }

  /**
   * A receiver may reset a connection so early that already the connect fails. Any other failure,
   * such as a network that cannot be reached, says nothing of the receiver.
   */
  static boolean isReset(Throwable cause) {
    String message = cause.getMessage() == null ? "" : cause.getMessage();
    return cause instanceof IOException
        && !(cause instanceof ConnectException)
        && !(cause instanceof NoRouteToHostException)
        && !(cause instanceof BindException)
        && (message.contains("reset") || message.contains("Broken pipe"));
  }

  private ProbeResult result(ProbeCase probe, Observation seen, @Nullable LogTail tail)
      throws InterruptedException {
    return new ProbeResult(
        probe, outcome(probe, seen, tail), seen.end().name().toLowerCase(Locale.ROOT));
  }

  private Outcome outcome(ProbeCase probe, Observation seen, @Nullable LogTail tail)
      throws InterruptedException {
    byte[] answer = seen.answer();
    InetSocketAddress local = seen.local();
    if (seen.end() == End.NO_CONNECTION) {
      return Outcome.FAILED;
    }
    if (local != null && ask.isServed(answer)) {
      String own = NetUtil.toSocketAddressString(local);
      String source = probe.expected() == Expected.REJECT ? null : probe.source();
      byte[] told =
          tail == null
              ? answer
              : tail.behind(answer, text -> Belief.holds(text, source == null ? own : source));
      return belief(told, source, own);
    }
    if (seen.end() != End.OPEN || answer.length > 0) {
      return Outcome.REFUSED;
    }
    return ask.kind() == Ask.Kind.NONE ? Outcome.OPEN : Outcome.SILENT;
  }

  private static Outcome belief(byte[] told, @Nullable String source, String own) {
    boolean tellsOwn = Belief.holds(told, own);
    if (source == null || !Belief.holds(told, source)) {
      return tellsOwn ? Outcome.LOCAL : Outcome.SERVED;
    }
    if (!Belief.ip(source).equals(Belief.ip(own))) {
      return Outcome.TAKEN;
    }
    boolean tellsSourcePort = Belief.holdsPort(told, source); // Only ports tell them apart.
    if (tellsSourcePort == Belief.holdsPort(told, own)) {
      return Outcome.SERVED;
    }
    return tellsSourcePort ? Outcome.TAKEN : Outcome.LOCAL;
  }

  /** Ends all connections. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
