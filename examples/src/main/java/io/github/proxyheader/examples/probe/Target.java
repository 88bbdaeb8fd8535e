/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.probe;

import io.github.proxyheader.examples.inspect.Escapes;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Finds the address that is probed. All addresses of a name are checked, and exactly one of the
 * checked addresses is connected to: the name is not looked up again.
 */
public final class Target {
  private Target() {}

  /**
   * Returns the address of {@code HOST:PORT}, where an IPv6 address is in brackets.
   *
   * @param anywhere whether addresses are allowed that are neither loopback nor private
   * @throws ProbeException if the target is malformed, unknown or not allowed
   */
  public static InetSocketAddress of(String target, boolean anywhere) throws ProbeException {
    String shown = Escapes.text(target);
    int colon = target.lastIndexOf(':');
    String host = colon < 0 ? "" : target.substring(0, colon);
    boolean brackets = host.startsWith("[") && host.endsWith("]");
    if (host.isEmpty() || (!brackets && host.indexOf(':') >= 0)) {
      throw new ProbeException(shown + ": expected HOST:PORT or [IPv6]:PORT");
    }
    String name = brackets ? host.substring(1, host.length() - 1) : host;
    if (brackets && name.indexOf(':') < 0) {
      throw new ProbeException(shown + ": there is no IPv6 address in the brackets");
    }
    int port = port(target.substring(colon + 1), shown);
    InetAddress[] addresses = lookUp(name, shown);
    for (InetAddress address : addresses) {
      if (address.isAnyLocalAddress() || address.isMulticastAddress() || isBroadcast(address)) {
        throw new ProbeException(shown + ": this is no address of one server");
      }
      if (!anywhere && !isNear(address)) {
        throw new ProbeException(
            shown
                + ": "
                + NetUtil.toAddressString(address)
                + " is neither a loopback nor a private address; --yes allows it");
      }
    }
    return new InetSocketAddress(addresses[0], port);
  }

  private static int port(String digits, String shown) throws ProbeException {
    if (digits.matches("[0-9]{1,5}")) {
      int port = Integer.parseInt(digits);
      if (port >= 1 && port <= 65_535) {
        return port;
      }
    }
    throw new ProbeException(shown + ": the port is not a number from 1 to 65535");
  }

  private static InetAddress[] lookUp(String name, String shown) throws ProbeException {
    try {
      return InetAddress.getAllByName(name);
    } catch (UnknownHostException e) {
      throw new ProbeException(shown + ": the host is not known");
    }
  }

  private static boolean isBroadcast(InetAddress address) {
    return address instanceof Inet4Address && (address.getAddress()[0] & 0xFF) >= 240;
  }

  /**
   * Returns whether an address is one of this machine or of a private network. Link-local addresses
   * of IPv4 are not, because clouds have services there that tell secrets. IPv4-mapped addresses
   * are IPv4 addresses here already.
   */
  static boolean isNear(InetAddress address) {
    if (address instanceof Inet6Address) {
      boolean isUniqueLocal = (address.getAddress()[0] & 0xFE) == 0xFC;
      return address.isLoopbackAddress() || address.isLinkLocalAddress() || isUniqueLocal;
    }
    return address.isLoopbackAddress() || address.isSiteLocalAddress();
  }
}
