/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh;

import io.github.proxyheader.handler.TrustedProxies;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Whether a peer is trusted, among many ranges: beside a walk through Netty's own rules. */
public class TrustBenchmark extends AbstractBenchmark {
  @Param({"1", "100", "10000"})
  private int ranges;

  private TrustedProxies trusted;
  private List<IpSubnetFilterRule> rules;
  private final InetSocketAddress[] peers = new InetSocketAddress[1024];
  private int next;

  /** Every second /24 from 10.0.0.0 on, and peers inside and between them. */
  @Setup
  public void setUp() {
    List<String> cidrs = new ArrayList<>();
    rules = new ArrayList<>();
    for (int i = 0; i < ranges; i++) {
      String address = "10." + (2 * i >> 8) + "." + (2 * i & 0xFF) + ".0";
      cidrs.add(address + "/24");
      rules.add(new IpSubnetFilterRule(address, 24, IpFilterRuleType.ACCEPT));
    }
    trusted = TrustedProxies.of(cidrs);
    for (int i = 0; i < peers.length; i++) {
      int subnet = (int) (i * 2_654_435_761L % (2L * ranges));
      peers[i] =
          new InetSocketAddress("10." + (subnet >> 8) + "." + (subnet & 0xFF) + "." + i % 256, i);
    }
  }

  private InetSocketAddress peer() {
    next = next + 1 & peers.length - 1;
    return peers[next];
  }

  @Benchmark
  public boolean trustedProxies() {
    return trusted.trusts(peer());
  }

  @Benchmark
  public boolean netty() {
    InetSocketAddress peer = peer();
    for (IpSubnetFilterRule rule : rules) {
      if (rule.matches(peer)) {
        return true;
      }
    }
    return false;
  }
}
